package org.btrfs2s3.app.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Writer;
import java.util.Base64;
import java.util.Locale;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.inventory.InventoryEntry;
import org.btrfs2s3.core.inventory.RawPath;
import org.btrfs2s3.core.sendstream.TreeChange.EntryType;
import org.jspecify.annotations.Nullable;

/**
 * What a backup contains, for scripts. Written as it comes, because there may be millions of
 * entries.
 */
public final class InventoryJson {

  private final JsonGenerator json;

  private InventoryJson(JsonGenerator json) {
    this.json = json;
  }

  /**
   * Begins the document.
   *
   * @param out stays open
   */
  public static InventoryJson begin(StoredBackup backup, Writer out) throws IOException {
    var json = JsonMapper.builder().build().getFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).useDefaultPrettyPrinter();
    json.writeStartObject();
    json.writeNumberField("version", JsonDocument.VERSION);
    json.writeStringField("command", "files");
    json.writeStringField("backup", backup.uuid().toString());
    json.writeStringField("source", backup.source().toString());
    json.writeStringField("ctime", backup.identity().ctime().toString());
    json.writeArrayFieldStart("entries");
    return new InventoryJson(json);
  }

  /** Writes one entry. */
  public void add(InventoryEntry entry) throws IOException {
    json.writeStartObject();
    path("path", entry.path());
    json.writeStringField("type", Words.identifier(entry.type()));
    if (entry.type() == EntryType.FILE) {
      json.writeNumberField("size", entry.size());
    }
    json.writeStringField("mode", String.format(Locale.ROOT, "%04o", entry.mode()));
    json.writeNumberField("uid", Integer.toUnsignedLong(entry.uid()));
    json.writeNumberField("gid", Integer.toUnsignedLong(entry.gid()));
    json.writeStringField(
        "mtime", entry.modified().map(Object::toString).orElse("@" + entry.seconds()));
    path("target", entry.target());
    var device = entry.device();
    if (device != null) {
      json.writeStringField("device", device.major() + ":" + device.minor());
    }
    json.writeNumberField("links", entry.links());
    path("same_as", entry.sameAs());
    json.writeEndObject();
  }

  /** Ends the document. */
  public void end() throws IOException {
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw(System.lineSeparator());
    json.close();
  }

  /** As text, or as Base64 of its bytes if they are not UTF-8. */
  private void path(String member, @Nullable RawPath path) throws IOException {
    if (path == null) {
      return;
    }
    var text = path.text();
    if (text.isPresent()) {
      json.writeStringField(member, text.get());
    } else {
      json.writeStringField(member + "_b64", Base64.getEncoder().encodeToString(path.bytes()));
    }
  }
}
