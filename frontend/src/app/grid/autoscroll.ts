/** Scrolls on while a drag is held outside of an area. */

/** Px per frame for every px outside, and the most. */
const PACE = 0.25;
const FASTEST = 60;

export class AutoScroll {
  private frame = 0;
  private dx = 0;
  private dy = 0;

  constructor(private readonly step: (dx: number, dy: number) => void) {}

  /** Distances outside the area, signed; 0 inside. */
  hold(outsideX: number, outsideY: number): void {
    this.dx = pace(outsideX);
    this.dy = pace(outsideY);
    if (this.dx === 0 && this.dy === 0) this.stop();
    else if (this.frame === 0) this.frame = requestAnimationFrame(() => this.run());
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private run(): void {
    this.step(this.dx, this.dy);
    this.frame = requestAnimationFrame(() => this.run());
  }
}

/** How far a coordinate lies outside of `[low, high]`, signed. */
export function outside(value: number, low: number, high: number): number {
  if (value < low) return value - low;
  return value > high ? value - high : 0;
}

function pace(distance: number): number {
  return Math.max(-FASTEST, Math.min(FASTEST, distance * PACE));
}
