// Apache Kafka by Maven coordinates: the jars of a release, kept in the repository's .cache folder.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Need } from '../runner/suite.ts'

/** The releases we compare with. */
export type KafkaRelease = '4.3.1' | '3.9.2'

const cache = join(import.meta.dirname, '..', '..', '..', '.cache')

function jars(release: KafkaRelease): string {
  return join(cache, `kafka-${release}`)
}

function pom(release: KafkaRelease): string {
  const artifacts = ['kafka_2.13', 'kafka-tools']
  const dependencies = artifacts.map(
    (artifact) =>
      `<dependency><groupId>org.apache.kafka</groupId><artifactId>${artifact}</artifactId>` +
      `<version>${release}</version></dependency>`,
  )
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    '<groupId>samsa.compat</groupId><artifactId>kafka</artifactId><version>1</version>' +
    `<packaging>pom</packaging><dependencies>${dependencies.join('')}</dependencies></project>\n`
  )
}

/** The class path of a release; its need must be met. */
export function kafkaClassPath(release: KafkaRelease): string {
  return join(jars(release), '*')
}

/** A Java runtime, 17 or newer. */
const javaNeed: Need = {
  what: 'Java 17 or newer',
  how: 'apt-get install openjdk-17-jre-headless',
  check: () => spawnSync('java', ['-version']).status === 0,
  install: () => {
    spawnSync('apt-get', ['install', '-y', '-qq', 'openjdk-17-jre-headless'], { stdio: 'ignore' })
  },
}

const mavenNeed: Need = {
  what: 'Maven',
  how: 'apt-get install maven',
  check: () => spawnSync('mvn', ['-version']).status === 0,
  install: () => {
    spawnSync('apt-get', ['install', '-y', '-qq', 'maven'], { stdio: 'ignore' })
  },
}

/** The jars of a release and what it takes to fetch and run them. */
export function kafkaNeeds(release: KafkaRelease): readonly Need[] {
  const artifacts: Need = {
    what: `Apache Kafka ${release}`,
    how: `Maven fetches org.apache.kafka:kafka_2.13:${release}: npm run compat -- --install`,
    check: () => existsSync(join(jars(release), `kafka-clients-${release}.jar`)),
    install: () => {
      const work = `${jars(release)}.part`
      rmSync(work, { recursive: true, force: true })
      mkdirSync(work, { recursive: true })
      writeFileSync(join(work, 'pom.xml'), pom(release))
      const copy = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars']
      spawnSync('mvn', copy, { cwd: work, stdio: 'inherit' })
      rmSync(jars(release), { recursive: true, force: true })
      renameSync(join(work, 'jars'), jars(release))
      rmSync(work, { recursive: true, force: true })
    },
  }
  return [javaNeed, mavenNeed, artifacts]
}
