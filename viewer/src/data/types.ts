// What the Python side puts into a document (src/skyreach/viewer/document.py).

export type Lines = number[][][]; // lines of [lon, lat]
export type Box = [number, number, number, number]; // west, south, east, north [deg]

export interface Place { name: string; lat: number; lon: number }

export interface Site extends Place {
  kind: string; side: string; alive: boolean; title: string; h: number; target_channels: number; value: number; hits_left: number;
}

export interface Radar extends Place { title: string; side: string; site: number; antenna_m: number; range_km: number; h: number }

/** A site or radar that marches: its way, its stays, times out of its place; of a site, what it does from when on. */
export interface Move {
  group: "site" | "radar"; row: number;
  path: [number, number, number, number][]; // time, lon, lat, height above sea
  stays: { position: number; lat: number; lon: number; h: number; from: number; to: number }[];
  away: [number, number][];
  steps?: [number, string][];
}

export interface Target {
  name: string; system: string; title: string; kind: string; side: string; status: string; aim: string | null; carrier: string | null;
  start: number | null; seen: number | null; end: number | null; radar: string | null; seen_km: number | null;
  first_shot: number | null; shots: number[]; leaked: boolean; damage: string[];
}

export interface Shot {
  type: string; unit: string; target: number; launch: number; end: number | null; outcome: string; miss_m: number | null;
}

export interface Reason { word: string; meaning: string; group: string }

export interface ReliefHead { part: string; box: Box; step: number; width: number; height: number }

export interface Words {
  byline: string; cast: [string, string][]; opening: string; notice: string;
  got_through: { title: string; common: string; cards: { target: number; text: string }[] };
  tiles: { key: string; value: number; label: string; note: string }[];
  facts: [string, string][]; warnings: [string, string][];
  reproduce: { builtin: boolean; command: string; digest: string };
}

export interface RunDocument {
  format: number; title: string; notice: string; start: string; duration: number;
  wide: Box; near: Box;
  lines: { coast: Lines; border: Lines };
  circles: { site: string; system: string; radius_km: number; line: number[][] }[];
  heights: number[];
  places: Place[]; sites: Site[]; radars: Radar[];
  moves?: Move[]; // of runs in which something marches
  routes: { name: string; side: string; line: number[][] }[];
  targets: Target[]; shots: Shot[];
  marks: [number, string, number, number][]; // time, what, target, site or -1
  strobes: [number, number, number][]; // time, radar, target
  reasons: Record<string, Reason>;
  identities: string[];
  windows: { step: number; count: number; tables: string[] };
  relief: ReliefHead[];
  words: Words;
  yaml: string;
}

export interface CoverLayerHead {
  radar: number; system: string; lat: number; lon: number; fire_unit: number;
  radius: number; dr: number; n_az: number; n_r: number; planes: number; part: string;
  spans?: [number, number][]; // of a radar that marches: when it works here
}

export interface CoverHead { rcs_m2: number; pd: number; ladder: number[]; never: number; layers: CoverLayerHead[] }

export interface Told { why: string; reasons: [number, number, number, string][]; story: [number, string][] }

export interface CircleWords {
  words: string[]; columns: string[]; rows: string[][]; note: string;
  table: { circle_km2: number; rows: { height_m: number; seen: Area; engageable: Area }[] };
}
export interface Area { km2: number; inside_km2: number }

export interface Sources {
  head: string;
  items: { item: string; title: string; values: { key: string; note: string; cells: string[]; sources: string[] }[] }[];
  publications: { key: string; text: string; link: string; address: string }[];
}
