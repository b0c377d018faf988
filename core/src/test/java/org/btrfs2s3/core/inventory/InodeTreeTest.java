package org.btrfs2s3.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.sendstream.TreeChangeReader;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** What streams make of a tree; those that no kernel sends included. */
final class InodeTreeTest {

  private static final StreamIdentity FULL =
      new StreamIdentity(new UUID(1, 1), new Ctransid(BigInteger.TEN), null);
  private static final StreamIdentity CHILD =
      new StreamIdentity(new UUID(1, 2), new Ctransid(BigInteger.valueOf(20)), FULL.uuid());

  private final InodeTree tree = new InodeTree();

  private void apply(StreamIdentity identity, SendStreamWriter writer) throws IOException {
    var stream = writer.end().toByteArray();
    var reader = new TreeChangeReader<ImpossibleChangeException>(identity, tree);
    reader.update(stream, 0, stream.length);
    reader.finish();
  }

  private static SendStreamWriter full() {
    return SendStreamWriter.v1().begin("name", FULL);
  }

  private static SendStreamWriter child() {
    return SendStreamWriter.v1().begin("name", CHILD);
  }

  private List<String> entries() throws IOException {
    List<String> lines = new ArrayList<>();
    new Inventory(tree)
        .forEach(
            entry -> {
              var sameAs = entry.sameAs();
              lines.add(
                  entry.path().latin1()
                      + " "
                      + entry.size()
                      + (sameAs == null ? "" : " = " + sameAs.latin1()));
            });
    return lines.subList(1, lines.size());
  }

  @Test
  void followsRenamedDirectories() throws IOException {
    apply(
        FULL,
        full()
            .mkdir("o257-7-0", 257)
            .mkfile("o258-7-0", 258)
            .rename("o258-7-0", "o257-7-0/file")
            .rename("o257-7-0", "dir")
            .write("dir/file", 0, new byte[100_000])
            .truncate("dir/file", 99_999));
    assertThat(entries()).containsExactly("dir 0", "dir/file 99999");

    apply(
        CHILD,
        child().mkdir("other", 300).rename("dir", "other/moved").link("again", "other/moved/file"));

    assertThat(entries())
        .containsExactly(
            "again 99999", "other 0", "other/moved 0", "other/moved/file 99999 = again");
  }

  @Test
  void swapsAndReplaces() throws IOException {
    apply(FULL, full().mkfile("a", 257).truncate("a", 1).mkfile("b", 258).truncate("b", 2));
    apply(CHILD, child().rename("a", "o257-9-0").rename("b", "a").rename("o257-9-0", "b"));
    assertThat(entries()).containsExactly("a 2", "b 1");

    apply(CHILD, child().rename("a", "b").unlink("b").mkdir("b", 259));
    assertThat(entries()).containsExactly("b 0");
    assertThat(tree.entries()).isEqualTo(1);
    assertThat(tree.bytes()).isEqualTo(InodeTree.BYTES_PER_ENTRY + 1);
  }

  @Test
  void ordersByBytes() throws IOException {
    apply(
        FULL,
        full()
            .mkdir("a", 257)
            .mkfile("a-b", 258)
            .mkfile("a/z", 259)
            .mkfile("\u00e9", 260)
            .mkfile("Z", 261));

    assertThat(entries()).containsExactly("Z 0", "a 0", "a/z 0", "a-b 0", "\u00c3\u00a9 0");
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    apply(FULL, full().mkdir("d", 257).mkdir("d/e", 258).mkfile("f", 259));
    refuses("into itself", child().rename("d", "d/e/x"));
    refuses("into itself", child().rename("d", "d/x"));
    refuses("not empty", child().rename("f", "d"));
    refuses("does not exist", child().unlink("g"));
    refuses("is a directory", child().unlink("d"));
    refuses("it exists", child().mkfile("f", 260));
    refuses("it exists", child().link("f", "f"));
    refuses("two names", child().link("g", "d"));
    refuses("no file", child().truncate("d", 1));
    refuses("no directory", child().mkfile("f/x", 260));
    refuses("subvolume itself", child().mkfile("", 260));
    refuses("does not exist", child().chmod("g", 1));
    assertThat(entries()).containsExactly("d 0", "d/e 0", "f 0");
  }

  private void refuses(String reason, SendStreamWriter writer) {
    assertThatThrownBy(() -> apply(CHILD, writer))
        .isInstanceOf(ImpossibleChangeException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesCommandsThatLackSomething() {
    assertThatThrownBy(
            () -> apply(FULL, full().command(17, new SendStreamWriter.Attributes().add(15, "f"))))
        .isInstanceOf(SendStreamException.class)
        .hasMessageContaining("without attribute 4");
    assertThatThrownBy(() -> apply(FULL, full().command(3, new SendStreamWriter.Attributes())))
        .isInstanceOf(SendStreamException.class)
        .hasMessageContaining("without a path");
    assertThatThrownBy(() -> apply(FULL, full().mkfile("f", 257).truncate("f", -1)))
        .isInstanceOf(SendStreamException.class)
        .hasMessageContaining("impossible size");
  }

  @Test
  void endsWithTheLongestWrite() throws IOException {
    apply(
        FULL,
        full()
            .mkfile("f", 257)
            .write("f", 0, new byte[10])
            .clone("f", 4096, 50, FULL.uuid(), "f")
            .write("f", 100, new byte[3]));
    assertThat(entries()).containsExactly("f 4146");
  }
}
