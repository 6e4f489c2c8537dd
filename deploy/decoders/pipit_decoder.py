"""Decodes pipit's frames: decode(schema_text, frame) -> [[time_ms, [value or {"missing": reason}, ...]], ...]

Values are integers: times the channel's "q" they are in its unit. Times are ms since the epoch, or since boot
if frame[0] & 8. Raises ValueError for what is no frame of the schema, which is the message's exact text."""
import json

Z = [65273, 65025, 57825, 39321, 21845, 11244, 5664, 2837, 1419, 709, 354] + [262] * 5
E = [65273, 65182, 64830, 64131, 62757, 60096, 55108, 46340, 32768, 16384, 4096, 1310]
MAX = 2**53 - 1
def need(ok, message):
    if not ok: raise ValueError(message)
def crc16(data, crc=0xFFFF):
    for byte in data:
        crc ^= byte << 8
        for _ in range(8): crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc

class Coder:
    def __init__(self, data):
        self.data, self.at, self.lo, self.hi = data, 4, 0, 0xFFFFFFFF
        self.x = int.from_bytes(data[:4].ljust(4, b"\0"), "big")
    def bit(self, p):
        r = self.hi - self.lo
        m = self.lo + (r >> 16) * p + ((r & 65535) * p >> 16)
        y = int(self.x <= m)
        self.lo, self.hi = (self.lo, m) if y else (m + 1, self.hi)
        while (self.lo ^ self.hi) >> 24 == 0:
            more, self.at = self.data[self.at] if self.at < len(self.data) else 0, self.at + 1
            self.lo, self.hi, self.x = ((n << 8 | last) & 0xFFFFFFFF for n, last in ((self.lo, 0), (self.hi, 255), (self.x, more)))
        return y
    def raw(self, bits):
        return sum(self.bit(32768) << i for i in reversed(range(bits)))
    def adaptive(self, state):  # [probability, count]
        (p, n), y = state, self.bit(state[0])
        p += (65536 - p) * (131072 // (2 * n + 3)) >> 16 if y else -(p * (131072 // (2 * n + 3)) >> 16)
        state[:] = max(128, min(65408, p)), min(60, n + 1)
        return y
    def number(self):
        length = self.raw(6)
        need(length <= 53, f"number of {length} bits")
        return (-1 if self.raw(1) else 1) * (1 << length - 1 | self.raw(length - 1)) if length else 0
    def column(self, first, n):
        predictor, scale = (self.raw(2), self.raw(4)) if n > 1 else (0, 0)
        z, s, t = [Z[scale], 12], [32768, 12], [[29491, 12] for _ in range(20)]
        ones = [[E[max(0, min(11, i + 12 - scale))], 12] for i in range(20)]
        out, x1, x2, acc = [first], first, first, first << 8
        while len(out) < n:
            x = x1 if predictor == 0 else x1 + (x1 - x2 >> 1) if predictor == 3 else acc + 128 >> 8
            if not self.adaptive(z):
                sign, e, a = 1 if self.adaptive(s) else -1, 0, 1
                while e <= 40 and self.adaptive(ones[min(e, 19)]): e += 1
                need(e <= 40, "residual of more than 41 bits")
                if e: a = (2 | self.adaptive(t[min(e, 19)])) << e - 1 | self.raw(e - 1)
                x += sign * a
            acc += (x << 8) - acc >> predictor
            x1, x2 = x, x1
            out.append(x)
        need(all(abs(x) <= MAX for x in out), "value beyond 2^53 - 1")
        return out
    def channel(self, ref, rows):
        mask, reason, present, same = [None] * rows, 0, [21845, 12], [32768, 12]
        for i in range(rows if self.bit(4096) else 0):
            if not self.adaptive(present):
                reason = reason if self.adaptive(same) else self.raw(3)
                mask[i] = {"missing": reason}
        if None not in mask: return mask
        values = iter(self.column(ref + self.number(), mask.count(None)))
        return [next(values) if m is None else m for m in mask]

def dense(schema, data):
    coder, tq, count = Coder(data), schema["tq"], schema["batch"]
    if not coder.raw(1):
        count = (lambda bits: 1 << bits - 1 | coder.raw(bits - 1) if bits else 0)(coder.raw(4))
    need(1 <= count <= 1024, f"{count} rows")
    first = coder.raw(42 if tq < 100 else 39 if tq < 1000 else 32)
    times = [first + i * (schema["iv"] // tq) + d for i, d in enumerate(coder.column(0, count))]
    need(0 <= min(times) and max(times) <= (2**48 - 1) // tq, "time out of range")
    columns = [coder.channel(c["ref"], count) for c in schema["ch"]]
    need(coder.at >= len(data), "bytes after the last row")
    return [[time * tq, list(row)] for time, row in zip(times, zip(*columns))]

def flat(schema, data):
    row, at = [], 6
    need(len(data) == 6 + sum(c["w"] for c in schema["ch"]), f"flat frame of {len(data) + 2} bytes")
    for w in (c["w"] for c in schema["ch"]):
        value, at = int.from_bytes(data[at : at + w], "big", signed=True), at + w
        row.append({"missing": value + (1 << 8 * w - 1)} if value + (1 << 8 * w - 1) < 8 else value)
    return [[int.from_bytes(data[:6], "big"), row]]

def decode(schema_text, frame):
    s = json.loads(schema_text)
    limits = [(s["v"], 1, 1), (s["id"], 0, 255), (s["tq"], 1, 2**31), (s["iv"], 0, 2**31), (s["batch"], 1, 1024)]
    limits += [(len(s["ch"]), 1, 64), (s["iv"] % max(1, s["tq"]), 0, 0)] + [(c["ref"], -MAX, MAX) for c in s["ch"]]
    need(all(low <= n <= high for n, low, high in limits) and {c["w"] for c in s["ch"]} <= {1, 2, 4, 8}, "schema out of limits")
    need(len(frame) >= 2 and frame[0] >> 4 == 13 and frame[1] == s["id"], "no frame of this version and schema")
    if frame[0] & 4:
        need(len(frame) >= 4 and crc16(frame, crc16(schema_text.encode())) == 0, "CRC does not match")
        frame = frame[:-2]
    return (dense if frame[0] & 1 else flat)(s, frame[2:])
