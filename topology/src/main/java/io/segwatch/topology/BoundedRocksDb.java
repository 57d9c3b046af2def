package io.segwatch.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one write buffer manager for all stores of the process: RocksDB's memory is bounded however many
 * partitions are assigned. Made by Kafka Streams, once for each store.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    public static final String CACHE_BYTES = "segwatch.rocksdb.cache.bytes";
    public static final String WRITE_BUFFER_BYTES = "segwatch.rocksdb.write.buffer.bytes";

    private record Shared(Cache cache, WriteBufferManager writeBuffers) {}

    /** Lives as long as the process: the first store's sizes hold. */
    private static Shared shared;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Shared memory = shared(configs);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache);
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(memory.writeBuffers);
        options.setWriteBufferSize(1 << 20);
        options.setMaxWriteBufferNumber(2);
    }

    private static synchronized Shared shared(Map<String, Object> configs) {
        if (shared == null) {
            RocksDB.loadLibrary();
            Cache cache = new LRUCache(bytes(configs, CACHE_BYTES));
            shared = new Shared(cache, new WriteBufferManager(bytes(configs, WRITE_BUFFER_BYTES), cache));
        }
        return shared;
    }

    private static long bytes(Map<String, Object> configs, String key) {
        return Long.parseLong(String.valueOf(configs.get(key)));
    }

    @Override
    public void close(String storeName, Options options) {
        // The cache and the write buffer manager are shared by stores that are still open.
    }
}
