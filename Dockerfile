# A Samsa broker as a container: docker build -t samsa . && docker run -p 9092:9092 -v samsa:/data samsa
# The packages are built and packed first, and only what they need at run time is installed.
# `npm run compat -- start` runs these steps without a container.
FROM node:26-slim AS build
WORKDIR /build
COPY . .
RUN npm ci && npm run build && npm run pack -- /packed

FROM node:26-slim
RUN --mount=from=build,source=/packed,target=/packed \
  mkdir -p /opt/samsa /data && cd /opt/samsa && npm init -y >/dev/null \
  && npm install --omit=dev --no-audit --no-fund /packed/*.tgz \
  && ln -s /opt/samsa/node_modules/.bin/samsa /usr/local/bin/samsa \
  && chown node:node /data
USER node
VOLUME /data
EXPOSE 9092
HEALTHCHECK --interval=10s --timeout=5s CMD ["samsa", "doctor", "--quick", "--timeout", "3"]
ENTRYPOINT ["samsa", "start", "--data", "/data", "--host", "0.0.0.0"]
CMD ["--set", "advertised.listeners=PLAINTEXT://localhost:9092"]
