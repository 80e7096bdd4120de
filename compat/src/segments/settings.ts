// Kafka's default settings, as the suites need them.

import { resolveBrokerSettings, resolveTopicSettings } from '@samsa/settings'

const { settings: broker } = resolveBrokerSettings({})

/** What a broker and a topic have when nobody says anything. */
export const kafkaSettings = { broker, topic: resolveTopicSettings(broker, {}) }
