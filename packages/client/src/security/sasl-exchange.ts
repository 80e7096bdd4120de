// The client's side of a SASL mechanism as a state machine: it is given what the broker says and tells what to answer.

/** An exchange with one broker, for one authentication. */
export interface SaslExchange {
  /** The first message. */
  start(): Buffer
  /**
   * The answer to a message of the broker, or `undefined` when nothing more is to be said. Throws KafkaError
   * SASL_AUTHENTICATION_FAILED where the broker does not prove what it should, or says why it refuses.
   */
  next(challenge: Buffer): Buffer | undefined
}
