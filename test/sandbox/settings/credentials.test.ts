import assert from "node:assert/strict";
import { parseSettings, resolveCredentials, type SettingsError } from "../../../sandbox/settings";

describe("the credentials of sandbox.yaml", () => {
  const settings = parseSettings(
    `secrets:
  token: { config: accessToken }
  plain: as it is
  both: { ru_1: { config: paydaySecret }, ru_2: directly }
sequence:
  accessToken: { config: accessToken }
  rules:
    ru_1: { apiSecret: { config: paydaySecret }, actions: [] }
    ru_2: { apiSecret: directly, actions: [] }
`,
    "sandbox.yaml",
  );

  it("are looked up in the program's configuration", () => {
    const { sequence, secrets } = resolveCredentials(settings, (key) => `value of ${key}`);
    assert.equal(sequence.accessToken, "value of accessToken");
    assert.deepEqual(
      sequence.rules.map(({ apiSecret }) => apiSecret),
      ["value of paydaySecret", "directly"],
    );
    assert.deepEqual(secrets, {
      token: "value of accessToken",
      plain: "as it is",
      both: '{"ru_1":"value of paydaySecret","ru_2":"directly"}',
    });
  });

  it("that have no value are all listed", () => {
    assert.throws(
      () => resolveCredentials(settings, () => undefined),
      (error: SettingsError) => {
        assert.deepEqual(
          error.problems.map(({ path }) => path),
          ["sequence.accessToken", "sequence.rules.ru_1.apiSecret", "secrets.token", "secrets.both.ru_1"],
        );
        assert.match(error.message, /config key "accessToken" has no value. Set it under config/);
        return true;
      },
    );
  });

  it("that the functions would refuse as too short are all listed, and not shown", () => {
    assert.throws(
      () => resolveCredentials(settings, () => "hidden"),
      (error: SettingsError) => {
        assert.deepEqual(
          error.problems.map(({ path }) => path),
          ["sequence.accessToken", "sequence.rules.ru_1.apiSecret"],
        );
        assert.match(error.message, /has 6 characters. The functions take no credential under 8/);
        assert.doesNotMatch(error.message, /hidden/);
        return true;
      },
    );
  });
});
