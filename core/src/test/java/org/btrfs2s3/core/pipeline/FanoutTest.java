package org.btrfs2s3.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.btrfs2s3.core.pipeline.Fanout.Branch;
import org.btrfs2s3.core.pipeline.Fanout.Outcome;
import org.btrfs2s3.core.pipeline.Fanout.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every branch gets every byte, and what branches share runs once. */
final class FanoutTest extends Fanning {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        Pipe.CHUNK_BYTES - 1,
        Pipe.CHUNK_BYTES,
        Pipe.CHUNK_BYTES + 1,
        20 * Pipe.CHUNK_BYTES + 1
      })
  void passesEveryByteOnInOrderToEveryTarget(int length) throws Exception {
    byte[] input = Flow.noise(length);
    var shared = new Copy();
    var sinks = Stream.generate(Sink::new).limit(5).toList();

    Result result =
        run(
            new ByteArrayInputStream(input),
            new Branch(RAW, sinks.get(0)),
            new Branch(encoding(shared), sinks.get(1)),
            new Branch(encoding(shared, new Copy()), sinks.get(2)),
            new Branch(encoding(shared, new Copy(), new Copy()), sinks.get(3)),
            new Branch(RAW, sinks.get(4)));

    assertThat(result.bytesIn()).isEqualTo(length);
    assertThat(result.outcomes()).hasSize(5).containsOnly(new Outcome.Done(length));
    assertThat(sinks).allSatisfy(sink -> assertThat(sink.bytes()).isEqualTo(input));
  }

  @Test
  void eachBranchCountsItsOwnBytes() throws Exception {
    var doubling =
        new ScriptedStage(
            "doubling",
            (in, out) -> {
              for (int value = in.read(); value >= 0; value = in.read()) {
                out.write(value);
                out.write(value);
              }
            });

    Result result =
        run(
            new Zeros(LENGTH),
            new Branch(encoding(doubling), new Sink()),
            new Branch(RAW, new Sink()));

    assertThat(result)
        .isEqualTo(
            new Result(LENGTH, List.of(new Outcome.Done(2L * LENGTH), new Outcome.Done(LENGTH))));
  }

  @Test
  void runsEveryDistinctStageOnce() throws Exception {
    var runs = new AtomicInteger();
    ScriptedStage.Script counting =
        (in, out) -> {
          runs.incrementAndGet();
          in.transferTo(out);
        };
    var fast = new ScriptedStage("compress fast", counting);
    var small = new ScriptedStage("compress small", counting);
    var forAlice = new ScriptedStage("encrypt to Alice", counting);
    var forBob = new ScriptedStage("encrypt to Bob", counting);

    Result result =
        run(
            new Zeros(LENGTH),
            new Branch(RAW, new Sink()),
            new Branch(encoding(fast), new Sink()),
            new Branch(encoding(fast, forAlice), new Sink()),
            new Branch(encoding(fast, forAlice), new Sink()),
            new Branch(encoding(fast, forBob), new Sink()),
            new Branch(encoding(small, forAlice), new Sink()),
            new Branch(encoding(forAlice), new Sink()));

    assertThat(result.outcomes()).hasSize(7).containsOnly(new Outcome.Done(LENGTH));
    // Each compression once, each encryption once for each compression before it.
    assertThat(runs).hasValue(6);
  }

  @Test
  void sharesCompressionAndEncryptionOfEqualSettings() throws Exception {
    Recipients alice = recipients("alice");
    Recipients aliceAgain = Recipients.load(List.of(temporary.resolve("alice")), Instant.now());
    byte[] input = Flow.text(LENGTH);
    var sinks = Stream.generate(Sink::new).limit(5).toList();

    Result result =
        run(
            new ByteArrayInputStream(input),
            new Branch(standard(3, alice), sinks.get(0)),
            new Branch(standard(3, aliceAgain), sinks.get(1)),
            new Branch(standard(3, recipients("bob")), sinks.get(2)),
            new Branch(standard(1, alice), sinks.get(3)),
            new Branch(new StandardEncoding(zstd(3), new Encryption.None()), sinks.get(4)));

    assertThat(result.outcomes()).hasOnlyElementsOfType(Outcome.Done.class);
    // Two encryptions, even to the same key, never give the same bytes.
    assertThat(sinks.get(1).bytes()).isEqualTo(sinks.get(0).bytes());
    assertThat(sinks.get(2).bytes()).isNotEqualTo(sinks.get(0).bytes());
    var identities =
        Identities.load(
            List.of(temporary.resolve("alice.secret"), temporary.resolve("bob.secret")),
            IdentityPassphrase.NONE);
    for (Sink sink : sinks.subList(0, 4)) {
      var decoding = Decoding.stages(List.of(".zst", ".gpg"), identities);
      assertThat(Flow.through(sink.bytes(), decoding)).isEqualTo(input);
    }
    assertThat(Flow.through(sinks.get(4).bytes(), new ZstdDecompress())).isEqualTo(input);
  }

  @Test
  void sharesFiltersOfEqualChainsOnly() throws Exception {
    Path runs = temporary.resolve("runs");
    List<String> counting = List.of("sh", "-c", "echo run >> " + runs + "; cat");
    var one = new FilterEncoding(List.of(counting));
    var same = new FilterEncoding(List.of(counting));
    var other = new FilterEncoding(List.of(counting, List.of("cat")));
    var sinks = Stream.generate(Sink::new).limit(3).toList();

    run(
        new Zeros(LENGTH),
        new Branch(one, sinks.get(0)),
        new Branch(same, sinks.get(1)),
        new Branch(other, sinks.get(2)));

    assertThat(Files.readAllLines(runs)).hasSize(2);
    assertThat(sinks).allSatisfy(sink -> assertThat(sink.bytes()).hasSize(LENGTH));
  }

  // Invariant 6
  @Test
  void staysWithinItsMemoryBoundBehindSlowTargets() throws Exception {
    var copy = new Copy();
    List<Encoding> encodings = List.of(RAW, encoding(copy), encoding(copy, new Copy()));
    var trees = new AtomicReference<@Nullable StageTree>();
    // They take nothing until no chunk can be had any more: the slowest possible.
    PipelineTarget slow =
        (bytes, offset, count) -> {
          StageTree tree = trees.get();
          while (tree != null && tree.allocatedChunks() < 3 * Pipe.CHUNKS) {
            Thread.onSpinWait();
          }
          trees.set(null);
        };
    var tree = new StageTree(new Zeros(1L << 28), HOUR, System::nanoTime);
    trees.set(tree);

    Result result =
        run(tree, encodings.stream().map(e -> new Branch(e, slow)).toArray(Branch[]::new));

    assertThat(result.outcomes()).hasSize(3).containsOnly(new Outcome.Done(1L << 28));
    assertThat(tree.allocatedChunks()).isEqualTo(3 * Pipe.CHUNKS);
    // One more for each of two branches that might have been left behind while reading.
    assertThat(Fanout.memoryBound(encodings)).isEqualTo((3L * Pipe.CHUNKS + 2) << 20);
  }

  @Test
  void oneBranchNeedsWhatAPipelineNeeds() {
    assertThat(Fanout.memoryBound(List.of(encoding(new Copy(), new Copy())))).isEqualTo(24L << 20);
    assertThat(Fanout.memoryBound(List.of(standardRaw(), standardRaw()))).isEqualTo(9L << 20);
  }

  @Test
  void needsABranch() {
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> run(new Zeros(1)));
  }

  private Recipients recipients(String name) throws Exception {
    OpenPGPKey key = new BcOpenPGPApi().generateKey(4).ed25519x25519Key(name).build();
    Path certificate = temporary.resolve(name);
    Files.write(certificate, key.toCertificate().getEncoded());
    Files.writeString(temporary.resolve(name + ".secret"), key.toAsciiArmoredString());
    return Recipients.load(List.of(certificate), Instant.now());
  }

  private static Compression zstd(int level) {
    return new Compression.Zstd(level);
  }

  private static Encoding standard(int level, Recipients recipients) {
    return new StandardEncoding(zstd(level), new Encryption.OpenPgp(recipients));
  }

  private static Encoding standardRaw() {
    return new StandardEncoding(new Compression.None(), new Encryption.None());
  }
}
