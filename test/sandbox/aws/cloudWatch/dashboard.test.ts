import assert from "node:assert/strict";
import { request } from "../queues/support";
import { AlarmWorld, DASHBOARD } from "./support";

describe("A dashboard", () => {
  let world: AlarmWorld;

  beforeEach(() => {
    world = new AlarmWorld();
  });
  afterEach(() => world.stop());

  const make = (dashboardBody: unknown, dashboardName: unknown = "board") =>
    world.cloudWatch.resources[DASHBOARD](request(DASHBOARD, "board", { dashboardName, dashboardBody })).state;
  const body = (...widgets: unknown[]) => JSON.stringify({ widgets });
  const metrics = [["AWS/Lambda", "Errors", "FunctionName", "fn"]];
  const widget = {
    type: "metric",
    x: 12,
    y: 0,
    width: 12,
    height: 6,
    properties: { region: "us-east-1", period: 300, metrics },
  };
  const withProperties = (properties: object) =>
    body({ ...widget, properties: { ...widget.properties, ...properties } });

  it("has the outputs that AWS's provider gives", () => {
    const { id, dashboardArn, dashboardName } = make(body(widget));
    assert.deepEqual(
      [id, dashboardName, dashboardArn],
      ["board", "board", "arn:aws:cloudwatch::123456789012:dashboard/board"],
    );
  });

  it("takes no widgets, and graphs", () => {
    make(body());
    make(body(widget, { ...widget, x: 0 }), "graphs");
  });

  const notRun: Record<string, [string, RegExp]> = {
    "a text": [body({ type: "text", properties: { markdown: "# Title" } }), /type text/],
    alarms: [body({ type: "alarm", properties: { alarms: ["arn"] } }), /type alarm/],
    "a log": [body({ type: "log", properties: { query: "fields @message", region: "us-east-1" } }), /type log/],
    "an explorer": [body({ type: "explorer", properties: {} }), /type explorer/],
    "what a function draws": [body({ type: "custom", properties: { endpoint: "arn" } }), /type custom/],
    "a metric in short form": [withProperties({ metrics: [...metrics, [".", "Throttles", ".", "."]] }), /dots/],
    "metric math": [withProperties({ metrics: [[{ expression: "m1 + m2" }]] }), /m1 \+ m2/],
    "a metric with options": [withProperties({ metrics: [["N", "M", { stat: "Sum" }]] }), /"stat":"Sum"/],
  };
  for (const [what, [text, message]] of Object.entries(notRun))
    it(`says that it doesn't check ${what}`, () => {
      assert.throws(() => make(text), { code: "NotImplemented", message });
    });

  const refused: Record<string, [unknown, RegExp]> = {
    "what isn't JSON": ["{", /it isn't JSON/],
    "a body without widgets": ["null", /\/widgets must be a list/],
    "too many widgets": [body(...Array(501).fill(widget)), /501 entries/],
    "a widget that is no object": [body(1), /\/widgets\/0: it must be an object/],
    "an unknown type": [body({ ...widget, type: "graph" }), /type "graph" must be metric/],
    "a type that every object has": [body({ ...widget, type: "constructor" }), /type "constructor"/],
    "a widget that is too wide": [body({ ...widget, x: 0, width: 25 }), /width 25 must be a whole number from 1 to 24/],
    "a widget beyond the last column": [body({ ...widget, x: 13 }), /x 13 and width 12 reach beyond the 24 columns/],
    "a row above the first": [body({ ...widget, y: -1 }), /y -1/],
    "a height of nothing": [body({ ...widget, height: 0 }), /height 0/],
    "x without y": [body({ ...widget, y: undefined }), /y undefined/],
    "no properties": [body({ ...widget, properties: undefined }), /properties must be an object/],
    "a graph without a region": [withProperties({ region: undefined }), /properties.region must be a text/],
    "a graph without metrics": [withProperties({ metrics: [] }), /properties.metrics must be a list/],
    "a graph with a broken period": [withProperties({ period: "300" }), /properties.period "300"/],
    "a metric without a name": [
      withProperties({ metrics: [["AWS/Lambda"]] }),
      /properties.metrics\/0 must be \[namespace/,
    ],
    "a dimension without a value": [withProperties({ metrics: [["N", "M", "D"]] }), /properties.metrics\/0/],
    "a metric that is no list": [withProperties({ metrics: ["Errors"] }), /properties.metrics\/0/],
    "a number in a metric": [withProperties({ metrics: [["N", "M", "D", 1]] }), /properties.metrics\/0/],
  };
  for (const [what, [text, message]] of Object.entries(refused))
    it(`refuses ${what}`, () => {
      assert.throws(() => make(text), { code: "DashboardInvalidInputError", message });
    });

  it("tells all that is wrong at once", () => {
    assert.throws(() => make(body({ ...widget, y: -1 }, { ...widget, type: "graph" })), {
      message: /there are 2 validation errors: \/widgets\/0: y -1 .*; \/widgets\/1: type "graph"/,
    });
  });

  it("refuses a name with other characters, or none", () => {
    for (const name of ["my board", "a.b", "", null, "a".repeat(256)])
      assert.throws(() => make(body(), name), { code: "InvalidParameterValue", message: /DashboardName/ });
    make(body(), "Board_1-a");
  });

  it("refuses a second one of the same name, which in AWS would replace the first", () => {
    make(body());
    assert.throws(() => make(body()), { code: "ResourceAlreadyExists" });
  });
});
