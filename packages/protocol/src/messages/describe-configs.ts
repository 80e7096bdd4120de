/** DescribeConfigs, API key 32. */

import { api, array, bool, int16, int32, int8, string } from '../schema/index.ts'

/**
 * The configuration of topics, brokers and other resources; admin clients and Connect send it.
 */
export const DescribeConfigs = api(
  32,
  'DescribeConfigs',
  { versions: [0, 4], flexible: 4 },
  {
    request: {
      resources: array({
        /** 2: topic, 4: broker, 8: broker logger, 16: client metrics, 32: group. */
        resourceType: int8,
        /** A broker's id as text; empty for the defaults of all brokers. */
        resourceName: string,
        /** Null: all. */
        configurationKeys: array(string).nullable(),
      }),
      includeSynonyms: bool.since(1).default(false),
      includeDocumentation: bool.since(3).default(false),
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({
        errorCode: int16.default(0),
        errorMessage: string.nullable(),
        resourceType: int8,
        resourceName: string,
        configs: array({
          name: string,
          /** Null for secrets. */
          value: string.nullable(),
          readOnly: bool,
          isDefault: bool.until(0),
          /**
           * 1: topic, 2: broker, 3: all brokers' default, 4: server.properties, 5: built in, 6:
           * broker logger, 7: client metrics, 8: group.
           */
          configSource: int8.since(1).default(-1).ignorable(),
          isSensitive: bool,
          /** Where else the value could come from, first the one that counts. */
          synonyms: array({ name: string, value: string.nullable(), source: int8 })
            .since(1)
            .ignorable(),
          /**
           * 1: boolean, 2: string, 3: int, 4: short, 5: long, 6: double, 7: list, 8: class, 9:
           * password.
           */
          configType: int8.since(3).default(0).ignorable(),
          documentation: string.nullable().since(3).ignorable(),
        }),
      }),
    },
  },
)
