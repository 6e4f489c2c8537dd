// Node-RED: the body of a function node that turns pipit's messages into readings with names, units and times.
//
// settings.js:   functionGlobalContext: { pipitDecode: require("/path/to/pipit-decoder.js") },
// wiring:        an mqtt-in node on pipit/+/schema/+ and one on pipit/+/data (and pipit/+/live/+), both with
//                output "a Buffer", into this node. Schemas are retained: they come first and again after a deploy.
// gives:         one message per reading: topic "<device>/<schema id>", payload {time, sinceBoot, values: {name: {value, unit} or {missing}}}
const pipitDecode = global.get("pipitDecode");
const [, device, kind, rest] = msg.topic.match(/([^/]+)\/(schema|data|live)(?:\/(.*))?$/) || [];
const schemas = context.get("schemas") || {};
if (kind === "schema") {
    schemas[device + "/" + rest] = msg.payload.toString();
    context.set("schemas", schemas);
    return null;
}
const key = device + "/" + msg.payload[1];
const schemaText = schemas[key];
if (schemaText === undefined) {
    node.warn("no schema " + key + " yet: frame passed over");
    return null;
}
const channels = JSON.parse(schemaText).ch;
return [pipitDecode(schemaText, msg.payload).map(([time, values]) => ({
    topic: key,
    payload: {
        time: time,
        sinceBoot: (msg.payload[0] & 8) !== 0,
        values: Object.fromEntries(values.map((value, i) => [channels[i].n,
            typeof value === "object" ? value
                // Rounded to the resolution's own digits: 2149 * 0.01 is 21.490000000000002 in a double.
                : { value: Number((value * channels[i].q).toPrecision(15)), unit: channels[i].u }]))
    }
}))];
