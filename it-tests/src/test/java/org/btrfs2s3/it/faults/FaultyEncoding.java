package org.btrfs2s3.it.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Stage;

/**
 * An encoding of which one stage fails after it wrote so many bytes; if it writes less than that,
 * at its end.
 */
record FaultyEncoding(Encoding encoding, int stage, long offset) implements Encoding {
  static final String FAULT = "scripted fault of a stage";

  @Override
  public List<String> keySuffixes() {
    return encoding.keySuffixes();
  }

  @Override
  public String description() {
    return encoding.description();
  }

  @Override
  public List<Stage> stages() {
    List<Stage> stages = new ArrayList<>(encoding.stages());
    stages.set(stage, new FaultyStage(stages.get(stage), offset));
    return List.copyOf(stages);
  }

  private record FaultyStage(Stage healthy, long offset) implements Stage {
    @Override
    public String name() {
      return healthy.name();
    }

    @Override
    public void transform(InputStream in, OutputStream out)
        throws IOException, InterruptedException {
      healthy.transform(in, new FaultyOutput(out, offset));
      throw new IOException(FAULT);
    }
  }

  private static final class FaultyOutput extends OutputStream {
    private final OutputStream out;
    private long room;

    FaultyOutput(OutputStream out, long room) {
      this.out = out;
      this.room = room;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int allowed = (int) Math.min(length, room);
      out.write(bytes, offset, allowed);
      room -= allowed;
      if (allowed < length) {
        throw new IOException(FAULT);
      }
    }
  }
}
