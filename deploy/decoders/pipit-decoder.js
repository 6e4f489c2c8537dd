// Decodes pipit's frames, in Node, Node-RED and browsers: pipitDecode(schemaText, bytes) returns
// [[timeMs, [value or {missing: reason}, ...]], ...]. Values are integers: times the channel's "q" they are in its unit.
// Times are ms since the epoch, or since boot if bytes[0] & 8. Throws for what is no frame of the schema (its message's exact text).
const Z = [65273, 65025, 57825, 39321, 21845, 11244, 5664, 2837, 1419, 709, 354, 262, 262, 262, 262, 262];
const E = [65273, 65182, 64830, 64131, 62757, 60096, 55108, 46340, 32768, 16384, 4096, 1310];
const MAX = Number.MAX_SAFE_INTEGER;
function need(ok, message) { if (!ok) throw new Error(message); }
function crc16(bytes, crc) {
  for (const byte of bytes)
    for (let i = 0, x = byte << 8; i < 8; i++, x <<= 1) crc = ((crc ^ x) & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
  return crc;
}
class Coder {
  constructor(data) {
    Object.assign(this, { data, at: 0, lo: 0, hi: 0xFFFFFFFF, x: 0 });
    for (let i = 0; i < 4; i++) this.take();
  }
  take() { this.x = (this.x << 8 | (this.at < this.data.length ? this.data[this.at] : 0)) >>> 0; this.at++; }
  bit(p) {
    const r = this.hi - this.lo, m = this.lo + (r >>> 16) * p + (((r & 65535) * p) >>> 16), y = this.x <= m;
    [this.lo, this.hi] = y ? [this.lo, m] : [m + 1, this.hi];
    for (; (this.lo ^ this.hi) >>> 24 === 0; this.take()) [this.lo, this.hi] = [this.lo << 8 >>> 0, (this.hi << 8 | 255) >>> 0];
    return y ? 1 : 0;
  }
  raw(bits) { let value = 0; while (bits-- > 0) value = value * 2 + this.bit(32768); return value; }
  adaptive(s) { // [probability, count]
    const y = this.bit(s[0]), rate = Math.floor(131072 / (2 * s[1] + 3));
    const p = s[0] + (y ? ((65536 - s[0]) * rate) >>> 16 : -((s[0] * rate) >>> 16));
    [s[0], s[1]] = [Math.max(128, Math.min(65408, p)), Math.min(60, s[1] + 1)];
    return y;
  }
  number() {
    const length = this.raw(6);
    need(length <= 53, `number of ${length} bits`);
    return length === 0 ? 0 : (this.raw(1) ? -1 : 1) * (2 ** (length - 1) + this.raw(length - 1));
  }
  residual(z, s, ones, t) {
    if (this.adaptive(z)) return 0;
    let e = 0, sign = this.adaptive(s) ? 1 : -1;
    while (e <= 40 && this.adaptive(ones[Math.min(e, 19)])) e++;
    need(e <= 40, "residual of more than 41 bits");
    return sign * (e === 0 ? 1 : (2 + this.adaptive(t[Math.min(e, 19)])) * 2 ** (e - 1) + this.raw(e - 1));
  }
  column(first, n) {
    const predictor = n > 1 ? this.raw(2) : 0, scale = n > 1 ? this.raw(4) : 0, out = [first], shift = BigInt(predictor);
    const ones = [...Array(20).keys()].map(i => [E[Math.max(0, Math.min(11, i + 12 - scale))], 12]), t = ones.map(() => [29491, 12]);
    const z = [Z[scale], 12], s = [32768, 12], averaged = [1, 2].includes(predictor);
    for (let x1 = first, x2 = first, acc = BigInt(first) << 8n; out.length < n;) {
      const r = this.residual(z, s, ones, t);
      // In this order every sum within the limits is exact; averages need 62 bits, which a double has not.
      const x = averaged ? Number((acc + 128n) >> 8n) + r : x1 + (r + (predictor === 3 ? Math.floor((x1 - x2) / 2) : 0));
      need(Math.abs(x) <= MAX, "value beyond 2^53 - 1");
      if (averaged) acc += ((BigInt(x) << 8n) - acc) >> shift;
      [x1, x2] = [out[out.push(x) - 1], x1];
    }
    return out;
  }
  channel(ref, rows) {
    const mask = new Array(rows).fill(null), present = [21845, 12], same = [32768, 12];
    for (let i = 0, reason = 0, holes = this.bit(4096); holes && i < rows; i++) {
      if (!this.adaptive(present)) mask[i] = { missing: reason = this.adaptive(same) ? reason : this.raw(3) };
    }
    const count = mask.filter(m => m === null).length, first = count ? ref + this.number() : 0;
    need(Math.abs(first) <= MAX, "value beyond 2^53 - 1");
    const values = this.column(first, count);
    return mask.map(m => m === null ? values.shift() : m);
  }
}
function dense(schema, data) {
  const coder = new Coder(data), tq = schema.tq, bits = coder.raw(1) ? 0 : coder.raw(4) || 16;
  const rows = bits ? 2 ** (bits - 1) + coder.raw(bits - 1) : schema.batch;
  need(rows <= 1024, "row count out of range");
  const first = coder.raw(tq < 100 ? 42 : tq < 1000 ? 39 : 32);
  const times = coder.column(0, rows).map((d, i) => first + i * (schema.iv / tq) + d);
  need(times.every(t => t >= 0 && t <= Math.floor((2 ** 48 - 1) / tq)), "time out of range");
  const columns = schema.ch.map(c => coder.channel(c.ref, rows));
  need(coder.at >= data.length, "bytes after the last row");
  return times.map((t, i) => [t * tq, columns.map(c => c[i])]);
}
function flat(schema, data) {
  need(data.length === 6 + schema.ch.reduce((sum, c) => sum + c.w, 0), `flat frame of ${data.length + 2} bytes`);
  const take = (from, w) => Array.from(data.slice(from, from + w)).reduce((n, byte) => n << 8n | BigInt(byte), 0n);
  let at = 6;
  return [[Number(take(0, 6)), schema.ch.map(c => {
    const value = BigInt.asIntN(8 * c.w, take((at += c.w) - c.w, c.w)), reason = value + (1n << BigInt(8 * c.w - 1));
    return reason < 8n ? { missing: Number(reason) } : Number(value);
  })]];
}
function pipitDecode(schemaText, bytes) {
  const s = JSON.parse(schemaText), within = (n, low, high) => Number.isInteger(n) && n >= low && n <= high;
  need(s.v === 1 && within(s.id, 0, 255) && within(s.tq, 1, 2 ** 31) && within(s.iv, 0, 2 ** 31) && s.iv % s.tq === 0
    && within(s.batch, 1, 1024) && within(s.ch.length, 1, 64)
    && s.ch.every(c => [1, 2, 4, 8].includes(c.w) && within(c.ref, -MAX, MAX)), "schema out of limits");
  need(bytes.length >= 2 && bytes[0] >> 4 === 13 && bytes[1] === s.id, "no frame of this version and schema");
  const text = unescape(encodeURIComponent(schemaText)), schemaBytes = Array.from(text, c => c.charCodeAt(0)), crc = bytes[0] & 4;
  need(!crc || bytes.length >= 4 && crc16(bytes, crc16(schemaBytes, 0xFFFF)) === 0, "CRC does not match");
  return (bytes[0] & 1 ? dense : flat)(s, bytes.slice(2, bytes.length - (crc ? 2 : 0)));
}
if (typeof module === "object") module.exports = pipitDecode;
