/** DescribeConfigs, API key 32. */

import { api, array, bool, int16, int32, int8, string } from '../schema/index.ts'

/** ? */
export const DescribeConfigs = api(
  32,
  'DescribeConfigs',
  { versions: [0, 4], flexible: 4 },
  {
    request: {
      resources: array({
        resourceType: int8,
        resourceName: string,
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
          value: string.nullable(),
          readOnly: bool,
          isDefault: bool.until(0),
          configSource: int8.since(1).default(-1).ignorable(),
          isSensitive: bool,
          synonyms: array({ name: string, value: string.nullable(), source: int8 })
            .since(1)
            .ignorable(),
          configType: int8.since(3).default(0).ignorable(),
          documentation: string.nullable().since(3).ignorable(),
        }),
      }),
    },
  },
)
