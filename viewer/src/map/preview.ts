// The first picture: drawn by hand while the map engine still compiles its programs, in the same place and at the same scale.

import { css } from "../core/theme";
import { mercatorX, mercatorY, type Relief } from "../data/relief";
import type { RunDocument } from "../data/types";
import { shade } from "./basemap";
import type { Layers } from "./layers";
import type { Scene } from "./scene";

const PADDING = 30, COARSE = 3; // pixels around the bounds, as in stage.ts; pixels of the screen for one of the relief

/** A canvas over the whole of a place that shows the fight at the moment of the scene. */
export function preview(place: HTMLElement, run: RunDocument, relief: Relief | null, scene: Scene, layers: Layers): HTMLCanvasElement {
  const canvas = document.createElement("canvas"), { clientWidth: width, clientHeight: height } = place, ratio = devicePixelRatio || 1;
  canvas.className = "preview";
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const [west, south, east, north] = run.near, x0 = mercatorX(west), x1 = mercatorX(east), y0 = mercatorY(north), y1 = mercatorY(south);
  const scale = Math.min((width - 2 * PADDING) / (x1 - x0), (height - 2 * PADDING) / (y1 - y0));
  const left = (x0 + x1) / 2 - width / 2 / scale, top = (y0 + y1) / 2 - height / 2 / scale;
  const c = canvas.getContext("2d")!, at = (lon: number, lat: number): [number, number] => [(mercatorX(lon) - left) * scale, (mercatorY(lat) - top) * scale];
  c.scale(ratio, ratio);
  c.fillStyle = css("sea");
  c.fillRect(0, 0, width, height);
  if (relief) {
    const picture = document.createElement("canvas");
    picture.width = Math.ceil(width / COARSE);
    picture.height = Math.ceil(height / COARSE);
    picture.getContext("2d")!.putImageData(shade(relief, left, top, COARSE / scale, picture.width, picture.height), 0, 0);
    c.drawImage(picture, 0, 0, picture.width * COARSE, picture.height * COARSE);
  }
  const stroke = (lines: number[][][], ink: string, wide: number, dash: number[]): void => {
    c.beginPath();
    for (const line of lines) line.forEach(([lon, lat], i) => (i ? c.lineTo(...at(lon!, lat!)) : c.moveTo(...at(lon!, lat!))));
    c.strokeStyle = ink; c.lineWidth = wide; c.setLineDash(dash);
    c.stroke();
  };
  stroke(run.lines.coast, css("coast"), 1, []);
  stroke(run.lines.border, css("border"), 1, [4, 2]);
  stroke(run.circles.map(({ line }) => line), css("advertised"), 2.4, [9, 6]);
  stroke(run.routes.map(({ line }) => line), css("hostile", 0.7), 1.1, [2, 3]);
  const icon = (code: string, x: number, y: number, size: number): void => {
    const { x: sx, y: sy, width: w, height: h, anchorX, anchorY } = layers.atlas.icons[code]!, k = size / h;
    c.drawImage(layers.atlas.canvas, sx, sy, w, h, x - anchorX * k, y - anchorY * k, w * k, h * k);
  };
  for (const thing of layers.sites) icon(thing.code, ...at(...layers.spot(thing, scene.t)), thing.size);
  const { targets } = scene;
  for (let i = 0; i < targets.count; i++) icon(layers.codes[targets.ids[i]!]!, ...at(targets.pos[3 * i]!, targets.pos[3 * i + 1]!), 24);
  place.append(canvas);
  return canvas;
}
