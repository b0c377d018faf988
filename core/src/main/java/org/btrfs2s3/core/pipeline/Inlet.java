package org.btrfs2s3.core.pipeline;

/** Where a part reads. */
record Inlet(Part.Feeding above, Pipe.Reader reader) {

  static Inlet below(Part.Feeding above) {
    return new Inlet(above, above.pipe.newReader());
  }

  boolean isOneOfMany() {
    return reader.isOneOfMany() || above.isOneOfMany();
  }

  void tookSome() {
    reader.tookSome();
    above.tookSome();
  }

  /** What tells that bytes were taken; nothing, if that is of no interest. */
  Runnable tookSomeIfOneOfMany() {
    return isOneOfMany() ? this::tookSome : () -> {};
  }

  long idle(long now) {
    return Math.min(reader.idle(now), above.idle(now));
  }

  Part uppermostUnneeded(Part below) {
    return above.isDecided() ? above.uppermostUnneeded() : below;
  }
}
