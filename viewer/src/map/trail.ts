// Lines and dots that know their time: one buffer for the whole run, of which the graphics card shows what has been.

import { LineLayer, ScatterplotLayer } from "@deck.gl/layers";

const BLOCK = `\
layout(std140) uniform agingUniforms {
  float now;
  float length;
  float rest;
} aging;
`;
const aging = { name: "aging", vs: BLOCK, fs: BLOCK, uniformTypes: { now: "f32", length: "f32", rest: "f32" } } as const;

const FADE = `
  float age = aging.now - vTime;
  if (age < 0.0) discard;
  color.a *= max(aging.rest, 1.0 - age / aging.length);
  if (color.a <= 0.004) discard;
`;

export interface AgingProps { now?: number; trail?: number; rest?: number }

type Draw = { uniforms: unknown };

/** Segments with a time at both ends; they fade over `trail` seconds down to the share `rest`. */
export class TrailLayer extends LineLayer<unknown, AgingProps> {
  static override layerName = "TrailLayer";
  static override defaultProps: any = { now: 0, trail: 60, rest: 0.25 };

  override getShaders(): any {
    const shaders = super.getShaders();
    shaders.modules = [...shaders.modules, aging];
    shaders.inject = {
      "vs:#decl": "in vec2 instanceTimes; out float vTime;",
      "vs:#main-end": `vTime = mix(instanceTimes.x, instanceTimes.y, positions.x);
        if (instanceTimes.x > aging.now || (aging.rest <= 0.0 && aging.now - instanceTimes.y > aging.length)) gl_Position = vec4(0.0);`,
      "fs:#decl": "in float vTime;",
      "fs:DECKGL_FILTER_COLOR": FADE,
    };
    return shaders;
  }

  override initializeState(): void {
    super.initializeState();
    this.getAttributeManager()!.addInstanced({ instanceTimes: { size: 2, accessor: "getTimes" } });
  }

  override draw(options: Draw): void {
    const { now, trail, rest } = this.props as AgingProps;
    (this.state as any).model.shaderInputs.setProps({ aging: { now, length: trail, rest } });
    super.draw(options as any);
  }
}

/** Dots with a time each. */
export class BlinkLayer extends ScatterplotLayer<unknown, AgingProps> {
  static override layerName = "BlinkLayer";
  static override defaultProps: any = { now: 0, trail: 12, rest: 0 };

  override getShaders(): any {
    const shaders = super.getShaders();
    shaders.modules = [...shaders.modules, aging];
    shaders.inject = {
      "vs:#decl": "in float instanceTimes; out float vTime;",
      "vs:#main-end": "vTime = instanceTimes; if (vTime > aging.now || aging.now - vTime > aging.length) gl_Position = vec4(0.0);",
      "fs:#decl": "in float vTime;",
      "fs:DECKGL_FILTER_COLOR": FADE,
    };
    return shaders;
  }

  override initializeState(): void {
    super.initializeState();
    this.getAttributeManager()!.addInstanced({ instanceTimes: { size: 1, accessor: "getTimes" } });
  }

  override draw(options: Draw): void {
    const { now, trail, rest } = this.props as AgingProps;
    (this.state as any).model.shaderInputs.setProps({ aging: { now, length: trail, rest } });
    super.draw(options as any);
  }
}

/** Circles that can be stretched and turned: error ellipses of tracks. getShape: minor over major axis, azimuth [rad]. */
export class EllipseLayer extends ScatterplotLayer {
  static override layerName = "EllipseLayer";

  override getShaders(): any {
    const shaders = super.getShaders();
    shaders.inject = {
      "vs:#decl": "in vec2 instanceShapes;",
      "vs:DECKGL_FILTER_SIZE": `
        float turn = instanceShapes.y;
        vec2 along = vec2(sin(turn), cos(turn)), across = vec2(cos(turn), -sin(turn));
        size.xy = along * size.y + across * size.x * instanceShapes.x;
      `,
    };
    return shaders;
  }

  override initializeState(): void {
    super.initializeState();
    this.getAttributeManager()!.addInstanced({ instanceShapes: { size: 2, accessor: "getShape" } });
  }
}
