// What a person does with the command line in a quarter of an hour, as steps: words, standard input, and what is to come of
// it. Every command is among them. The steps follow each other on one broker.

/** One command line and what it must do. */
export interface Step {
  readonly words: readonly string[]
  readonly input?: string
  /** 0 when absent. */
  readonly exitCode?: number
  /** Must match standard output. */
  readonly says?: RegExp
  /** Must match standard error. */
  readonly complains?: RegExp
  /** Run it again with `--json`, whose output must be JSON: one text, or a text a line. */
  readonly json?: 'text' | 'lines'
  /** What is said is too long to be kept in the transcript. */
  readonly isLong?: true
  /** What is otherwise with Apache Kafka. */
  readonly onKafka?: Pick<Step, 'exitCode' | 'says' | 'complains'>
}

function line(text: string): readonly string[] {
  return text.split(' ')
}

/** All steps. */
export const steps: readonly Step[] = [
  { words: ['version'], says: /^samsa \d+\.\d+\.\d+ \(node /, json: 'text' },
  { words: ['--help'], says: /Commands:[^]*start[^]*doctor/ },
  { words: line('completion bash'), says: /complete -F _samsa samsa/, isLong: true },
  { words: line('completion zsh'), says: /^#compdef samsa/, isLong: true },
  { words: line('completion fish'), says: /complete -c samsa/, isLong: true },
  { words: line('topic create orders -p 3 -c retention.ms=-1'), says: /^created orders/ },
  { words: line('topic create orders'), exitCode: 1, complains: /Topic orders: .*exists/ },
  { words: line('topic create orders --if-not-exists') },
  { words: line('topic list'), says: /orders +3 +1/, json: 'text' },
  { words: line('topic describe orders'), says: /retention\.ms=-1/, json: 'text' },
  { words: line('topic describe nowhere'), exitCode: 1, complains: /^samsa: Topic nowhere: .*\n$/ },
  { words: line('topic alter orders -p 4'), says: /^altered orders/ },
  { words: line('topic alter orders'), exitCode: 2, complains: /say what to change/ },
  { words: line('topic frobnicate'), exitCode: 2 },
  { words: line('produce orders -K : -z lz4'), input: 'a:1\nb:2\na:3\n', says: /^3 records/ },
  {
    words: line('produce orders --format json'),
    input: '{"key":"c","value":{"cents":4},"headers":{"h":"1"},"partition":0}\n',
    says: /^1 record written to orders/,
  },
  {
    words: line('produce orders -p 0 -k gone -H why=test --null-value NULL --acks 1'),
    input: 'NULL\n',
    says: /^1 record/,
  },
  {
    words: line('consume orders -p 0 --key gone -f %t/%p[%k](%K):%s(%S){%h}\\n'),
    says: /^orders\/0\[gone\]\(4\):\(-1\)\{why=test\}\n$/,
  },
  {
    words: line('produce orders -K : --transactional-id import'),
    input: 'd:5\ne:6\n',
    says: /^2 records/,
  },
  { words: line('produce orders -K :'), input: 'x\n', exitCode: 2, complains: /line 1 has no ":"/ },
  { words: line('consume orders'), says: /\{"cents":4\}/, json: 'lines' },
  { words: line('consume orders --from start --count 2 -f %k\\n'), says: /^\w\n\w\n$/ },
  { words: line('consume orders --from 1h --key a'), says: /^1\n3\n$/ },
  { words: [...line('consume orders --filter'), 'value.cents > 3'], says: /^\{"cents":4\}\n$/ },
  { words: line('consume orders --from end'), says: /^$/ },
  { words: line('consume orders --group readers --count 4'), says: /^(.+\n){4}$/ },
  {
    words: line('topic list -X security.protocl=SSL'),
    exitCode: 2,
    complains: /security\.protocl/,
  },
  { words: line('topic list -X client.id=me'), says: /orders/ },
  { words: line('consume nowhere --timeout 1'), exitCode: 1, complains: /nowhere/ },
  { words: line('group list'), says: /readers/, json: 'text' },
  { words: line('group describe readers'), says: /readers +Empty.* lag \d/, json: 'text' },
  { words: line('group reset readers --to start'), says: /Nothing was changed/, json: 'text' },
  { words: line('group reset readers --to start --execute'), says: /orders +0/ },
  { words: line('consume orders --group readers'), says: /^(.*\n){7}$/ },
  { words: line('group forget readers -t orders'), says: /forgot orders-0/ },
  { words: line('group delete nobody'), exitCode: 1, complains: /nobody/ },
  { words: line('config set topic orders retention.ms=60000'), says: /retention\.ms=60000/ },
  { words: line('config describe topic orders'), says: /retention\.ms +60000/, json: 'text' },
  { words: line('config unset topic orders retention.ms'), says: /has its default/ },
  { words: line('config set topic orders nonsense=1'), exitCode: 1, complains: /nonsense/ },
  { words: line('cluster describe'), says: /controller/, json: 'text' },
  { words: line('cluster moves'), json: 'text' },
  { words: line('cluster reassign -t orders --to 1'), says: /everything is where/, json: 'text' },
  { words: line('cluster drain 1'), exitCode: 1, complains: /cannot move/ },
  { words: line('cluster elect'), says: /no election was needed/, json: 'text' },
  { words: line('config describe broker 1'), json: 'text' },
  { words: line('acl list'), exitCode: 1 },
  { words: line('user list'), json: 'text' },
  { words: line('transaction list'), says: /import/, json: 'text' },
  { words: line('transaction describe import'), says: /CompleteCommit/, json: 'text' },
  { words: line('transaction hanging'), says: /no transaction hangs/, json: 'text' },
  { words: line('bench produce -n 2000 -p 1'), says: /records\/s/, json: 'text' },
  { words: line('bench consume -n 2000'), says: /records\/s/, json: 'text' },
  { words: line('bench latency -n 10'), says: /ms p99/, json: 'text' },
  { words: line('doctor'), says: /ok +controller/, json: 'text' },
  { words: line('doctor --quick'), says: /reached at/, json: 'text' },
  { words: line('topic delete orders samsa-bench'), says: /deleted orders/ },
]
