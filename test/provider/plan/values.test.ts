import assert from "node:assert/strict";
import { trueOrFalse, wholeNumber } from "../../../lambda/agreements/values";
import { usableCredential } from "../../../lambda/client/credentials";
import { credentialIn } from "../../../lambda/secrets/value";
import { emailProblem, topicArnProblem } from "../../../provider/plan/alarms";
import { credentialProblem, secretArnProblem } from "../../../provider/plan/credentials";
import {
  architectureProblem,
  logRetentionDaysProblem,
  runtimeProblem,
  tagsProblem,
} from "../../../provider/plan/function";
import { propertyPath } from "../../../provider/plan/gate";
import { triggerNameProblem, urlKeysProblem } from "../../../provider/plan/names";
import { payloadProblem } from "../../../provider/plan/payload";
import { pastedUrlProblem, ruleIdProblem, triggerPathOf } from "../../../provider/plan/ruleId";
import { dateProblem } from "../../../provider/plan/schedule";
import { accountsPathProblem, baseUrlProblem, triggerPathProblem } from "../../../provider/plan/urls";

const SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:sequence/payday";
const HOST = "https://api.getsequence.io";
/** Such as a person pastes, or a file holds. */
const CREDENTIALS = [
  "made-up-secret",
  " made-up-secret\n",
  "Bearer made-up-secret",
  "x".repeat(4_096),
  "{made-up}:[secret]",
];
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const circular: Record<string, unknown> = {};
circular.self = circular;

/** A check, what it takes, and what it refuses with what words. */
const table: [string, (value: never) => string | undefined, unknown[], [unknown, RegExp][]][] = [
  [
    "a date",
    dateProblem,
    ["2027-01-01T00:00:00Z", "2027-01-01T00:00:00-05:00", "2028-02-29T23:59:59+14:00"],
    [
      ["2027-01-01", /ISO 8601 with seconds and a time zone/],
      ["2027-01-01T00:00:00", /time zone/],
      ["2027-01-01T00:00Z", /seconds/],
      ["2027-01-01T00:00:00.5Z", /ISO 8601/],
      ["2027-01-01T24:00:00Z", /ISO 8601/],
      ["2027-02-29T00:00:00Z", /must be a day that exists/],
      ["2027-13-01T00:00:00Z", /must be a day that exists/],
      [0, /^is 0; it must be an instant/],
    ],
  ],
  [
    "a rule id",
    ruleIdProblem,
    ["ru_12345", "a", "a".repeat(128), `${HOST}/remote-api/rules/ru_1/trigger`, ` ${HOST}/rules/ru_1/trigger/ `],
    [
      ["", /^is a text of 0 characters that is no rule id/],
      ["a".repeat(129), /129 characters/],
      ["ru 1", /such as ru_12345/],
      ["../x", /is no rule id/],
      ["nothing of the kind", /is no rule id/],
      [`${HOST}/rules/ru%5F1/trigger`, /is no rule id/],
      [HOST, /full https trigger URL/],
      [`${HOST}/rules/ru_1/trigger?secret=hidden`, /without anything after/],
      [`${HOST}/rules/ru_1`, /is no rule id/],
      [`https://u:p@api.getsequence.io/rules/ru_1/trigger`, /is no rule id/],
      [`${HOST}/rules/ru%2F1/trigger`, /is no rule id/],
      [undefined, /^is missing; it must be the id/],
    ],
  ],
  [
    "a trigger's name",
    triggerNameProblem,
    ["payday", "pay.day-1_2", "a".repeat(64)],
    [
      ["", /1 to 64 letters/],
      ["a".repeat(65), /1 to 64/],
      ["pay day", /1 to 64/],
      ["päyday", /1 to 64/],
      ["sequence-heartbeat", /belongs to the daily check/],
      ["__proto__", /means something else to JavaScript/],
      ["constructor", /choose another/],
      ["toString", /choose another/],
      ["prototype", /choose another/],
    ],
  ],
  [
    "a secret's ARN",
    secretArnProblem,
    [`${SECRET_ARN}-AbC123`, `${SECRET_ARN}-AbC123`.replace("aws", "aws-us-gov")],
    [
      [SECRET_ARN, /^is a partial ARN.*describe-secret/],
      [`${SECRET_ARN}-`, /partial/],
      [`${SECRET_ARN}-abc12`, /partial/],
      [`${SECRET_ARN}*`, /^is not the ARN of a secret/],
      [`${SECRET_ARN}-AbCdEf my-secret`, /^is not the ARN of a secret/],
      ["arn:aws:sns:us-east-1:123456789012:topic", /^is not the ARN of a secret/],
      ["my-secret-value", /not its name or its value/],
      [undefined, /complete ARN/],
    ],
  ],
  [
    // What is taken here must be taken where the functions read and send it: see the test below.
    "a credential",
    credentialProblem,
    CREDENTIALS,
    [
      ["", /^is empty/],
      ["hidden-1 hidden-2", /^has a space, a quotation mark or/],
      ['"hidden-in-quotes"', /without quotation marks: copy it again$/],
      ["hidden\u2013dash", /can't be sent in an HTTP header/],
      ["hidden-first\nhidden-second", /^has a space/],
      [`hidden${"x".repeat(4_096)}`, /^has 4102 characters; it must have at most 4096/],
      ["Bearer hidden", /^is too short, 6 of/],
    ],
  ],
  [
    "a topic's ARN",
    topicArnProblem,
    ["arn:aws:sns:us-east-1:123456789012:alarms"],
    [
      ["arn:aws:sns:us-east-1:123456789012:alarms.fifo", /FIFO/],
      ["arn:aws:sns:us-east-1:12345:alarms", /it must be the ARN of an SNS topic/],
      ["alarms", /must be the ARN/],
      [5, /^is 5; it must be the ARN/],
    ],
  ],
  [
    "an e-mail address",
    emailProblem,
    ["a@example.com", "first.last+tag@mail.example.co.uk"],
    [
      ["", /^is empty; it must be one plain address/],
      ["Ann <a@example.com>", /spaces or one of/],
      ["a@example.com,b@example.com", /spaces or one of/],
      ["example.com", /exactly one @/],
      ["a@b@example.com", /exactly one @/],
      ["a@localhost", /^has no domain/],
      ["a@example..com", /^has no domain/],
      ["a@-example.com", /^has no domain/],
      [7, /^is empty/],
    ],
  ],
  [
    "a payload",
    payloadProblem,
    [{}, { a: [1, "x", null, true, { b: -1.5 }] }, { text: "x".repeat(65_525) }, nested(100)],
    [
      [[], /^is a list; it must be a JSON object/],
      ["{}", /^is a value of type string/],
      [null, /^is null/],
      [{ text: "x".repeat(65_526) }, /^has 65537 bytes as JSON; it must have at most 65536/],
      [{ text: "é".repeat(40_000) }, /80011 bytes/],
      [{ a: "<aws.scheduler.execution-id>" }, /contains <aws\./],
      [{ "<aws.x>": 1 }, /contains <aws\./],
      [{ a: { b: Number.NaN } }, /^has NaN at a\.b, which JSON doesn't have/],
      [{ a: [undefined] }, /a value of type undefined at a\.0/],
      [{ a: new Date() }, /a value of type object at a,/],
      [{ a: () => 1 }, /type function/],
      [
        { ids: [1, 2 ** 53] },
        /^has the number 9007199254740992, of which digits may be lost already; .*: write it as text$/,
      ],
      [nested(102), /nested more than 100 levels/],
      [circular, /contains itself/],
    ],
  ],
  [
    "a base URL",
    baseUrlProblem,
    [HOST, `${HOST}/v1/`, "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"],
    [
      ["api.getsequence.io", /is not a URL/],
      ["http://api.getsequence.io", /^is not https:; it must be/],
      ["http://127.0.0.1.example.com", /^is not https:; it must be/],
      ["ftp://hidden", /^is not https:; it must be/],
      ["https://user:hidden@api.getsequence.io", /user name or password/],
      [`${HOST}?token=hidden`, /query/],
      [`${HOST}#hidden`, /fragment/],
      [undefined, /is not a URL/],
    ],
  ],
  [
    "the trigger's path",
    triggerPathProblem,
    ["/remote-api/rules/{ruleId}/trigger", "/{ruleId}"],
    [
      ["/rules/trigger", /must contain \{ruleId\} once/],
      ["/{ruleId}/{ruleId}", /once/],
      ["/{ruleId}/{hidden}", /no other braces/],
      ["rules/{ruleId}", /must begin with one \//],
      ["//host/{ruleId}", /must begin with one \//],
      ["/a/../{ruleId}", /no space, \?, #, \\ or \.\./],
      ["/{ruleId}?x=hidden", /must begin with one/],
      [1, /must begin with one/],
    ],
  ],
  [
    "the accounts path",
    accountsPathProblem,
    ["/accounts", "/remote-api/accounts"],
    [
      ["/{ruleId}/hidden", /nothing to fill in/],
      ["accounts", /must begin with one/],
    ],
  ],
  [
    "a whole number",
    wholeNumber(0, 720, "minutes"),
    [0, 360, 720],
    [
      [-1, /^is -1; it must be a whole number of minutes from 0 to 720$/],
      [721, /^is 721/],
      [1.5, /^is 1.5/],
      ["60", /^is "60"/],
      [Number.NaN, /^is NaN/],
    ],
  ],
  [
    "true or false",
    trueOrFalse,
    [true, false],
    [
      ["true", /^is "true"; it must be true or false, without quotation marks$/],
      [0, /^is 0/],
      [null, /^is null/],
    ],
  ],
  [
    "a log retention",
    logRetentionDaysProblem,
    [0, 1, 90, 3653],
    [
      [2, /^is 2; it must be a number of days that CloudWatch takes, 0, 1, 3, 5/],
      ["90", /^is "90"/],
    ],
  ],
  [
    "a runtime",
    runtimeProblem,
    ["nodejs22.x", "nodejs24.x"],
    [
      ["nodejs20.x", /nodejs22.x or newer/],
      ["python3.13", /Node\.js/],
      [24, /^is 24/],
    ],
  ],
  ["an architecture", architectureProblem, ["arm64", "x86_64"], [["x86", /must be arm64 or x86_64/]]],
  [
    "tags",
    tagsProblem,
    [{}, { team: "Büro 1", "cost:center": "" }],
    [
      [[], /^is a list; it must be a map/],
      ["team", /map of texts/],
      [{ "": "x" }, /^has the key ""/],
      [{ "a!": "x" }, /the key "a!"/],
      [{ "aws:x": "y" }, /must not begin with aws:/],
      [{ team: 5 }, /^has a value of "team"/],
      [{ team: "hidden!" }, /^has a value of "team"/],
      [{ team: "x".repeat(257) }, /at most 256/],
      [
        { team: "a", cost: "b", Team: "c" },
        /^has the keys "team" and "Team"; they must differ in more than upper and lower case/,
      ],
      [Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ""])), /^has 51 tags/],
    ],
  ],
  [
    "labels of URL keys",
    urlKeysProblem,
    [["v1"], ["v2", "v1"], ["a".repeat(32)]],
    [
      ["v1", /^is no list; it must be a list/],
      [[], /^has 0 labels/],
      [Array.from({ length: 11 }, (_, i) => `v${i}`), /^has 11 labels/],
      [["v1", "v1"], /^has the label at position 2 twice/],
      [["v1", "my-secret/"], /position 2 that isn't allowed; it must be 1 to 32 letters/],
      [["a".repeat(33)], /1 to 32/],
      [["__proto__"], /^has a label at position 1/],
      [[1], /^has a label at position 1/],
    ],
  ],
];

for (const [what, check, accepted, refused] of table)
  describe(`the check of ${what}`, () => {
    const run = (value: unknown) => check(value as never);
    const title = (value: unknown) => (value === circular ? "a circle" : String(JSON.stringify(value)).slice(0, 60));
    for (const value of accepted) it(`takes ${title(value)}`, () => assert.equal(run(value), undefined));
    for (const [value, message] of refused)
      it(`refuses ${title(value)}`, () => {
        assert.match(run(value) ?? "nothing", message);
        assert.doesNotMatch(run(value) ?? "", /hidden|my-secret/, "what may be a credential is shown");
        assert.ok((run(value) ?? "").length < 400, "the message is too long");
      });
  });

describe("a credential that is taken", () => {
  it("is taken by the functions, too", () => {
    for (const given of CREDENTIALS) {
      const stored = credentialIn(JSON.stringify({ ru_1: given }), SECRET_ARN, "ru_1");
      assert.equal(usableCredential("apiSecret", stored), given.trim().replace("Bearer ", ""));
    }
  });
});

describe("a pasted trigger URL", () => {
  const proxy = "https://proxy.example:8443/sequence/";

  it("keeps its path, in both forms that Sequence uses", () => {
    for (const path of ["/rules/", "/remote-api/rules/"]) {
      assert.equal(triggerPathOf(`${HOST}${path}ru_1/trigger`, HOST), `${path}{ruleId}/trigger`);
      assert.equal(triggerPathOf(` ${HOST}${path}ru_1/trigger/\n`, `${HOST}/`), `${path}{ruleId}/trigger`);
      assert.equal(triggerPathOf(`${proxy}${path.slice(1)}ru_1/trigger`, proxy), `${path}{ruleId}/trigger`);
    }
    assert.equal(triggerPathOf("ru_1", HOST), undefined);
  });

  it("is well on baseUrl, and so is a bare id", () => {
    for (const [ruleId, baseUrl] of [
      ["ru_1", HOST],
      [`${HOST}/rules/ru_1/trigger`, HOST],
      [`${proxy}rules/ru_1/trigger`, proxy],
      ["http://127.0.0.1:3000/rules/ru_1/trigger", "http://127.0.0.1:3000"],
      // That baseUrl is none is told of baseUrl.
      [`${HOST}/rules/ru_1/trigger`, "nonsense"],
    ] as const)
      assert.equal(pastedUrlProblem(ruleId, baseUrl), undefined);
  });

  it("is refused anywhere else, with what to do", () => {
    for (const [ruleId, baseUrl] of [
      ["https://evil.example/rules/ru_1/trigger", HOST],
      [`${HOST.replace("https", "http")}/rules/ru_1/trigger`, HOST],
      [`${HOST}.evil.example/rules/ru_1/trigger`, HOST],
      [`${HOST}:8443/rules/ru_1/trigger`, HOST],
      [`${HOST}/x/rules/ru_1/trigger`, HOST],
      [`${HOST}/rules/ru_1/trigger`, proxy],
      ["https://proxy.example:8443/rules/ru_1/trigger", proxy],
    ] as const) {
      const problem = pastedUrlProblem(ruleId, baseUrl) ?? "nothing";
      assert.match(problem, /isn't on baseUrl.* give the bare id, or set baseUrl$/, ruleId);
      // Nothing of the URL is shown: it may hold a credential.
      assert.doesNotMatch(problem, /evil|https?:|ru_1/);
      assert.equal(triggerPathOf(ruleId, baseUrl), undefined);
    }
  });
});

describe("propertyPath", () => {
  it("writes names that have dots in brackets", () => {
    assert.equal(propertyPath("triggers", "payday", "schedule"), "triggers.payday.schedule");
    assert.equal(propertyPath("triggers", "pay.day", "schedule"), 'triggers["pay.day"].schedule');
    assert.equal(propertyPath("a b"), '["a b"]');
  });
});
