package io.segwatch.bench.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Brings about every fault in {@link Fault}'s lists, with real processes, and prints what was promised and measured.
 */
@Command(
        name = "faults",
        description = "Kill, freeze, fill and slow what Segwatch stands on; exit code 1 when a promise is not kept.",
        subcommands = {SoakCommand.class},
        mixinStandardHelpOptions = true)
public final class FaultsCommand implements Callable<Integer> {
    private static final List<Fault> ALL = Stream.of(
                    CameraFaults.ALL,
                    LinkFaults.ALL,
                    ProcessFaults.ALL,
                    List.of(DiskFault.DISK_FULL),
                    ConsumerFaults.ALL)
            .flatMap(List::stream)
            .toList();

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "These faults alone; --list names them.")
    private List<String> only = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Times for each, rather than each fault's own number.")
    private Integer rounds;

    @Option(names = "--list", description = "Name the faults, with what is promised.")
    private boolean list;

    @Option(names = "--folder", paramLabel = "DIR", description = "For data and logs; a new temporary one by default.")
    private Path folder;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Put the rows into the table of this file, docs/reliability.md for example.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            ALL.forEach(fault -> out.printf("%-18s %3d times: %s%n", fault.name(), fault.rounds(), fault.promise()));
            return 0;
        }
        List<Fault> chosen = chosen();
        Path home = (folder == null ? Files.createTempDirectory("segwatch-faults") : Files.createDirectories(folder))
                .toAbsolutePath();
        out.println("Data and logs: " + home);
        ReliabilityTable table = new ReliabilityTable();
        try (TestBed bed = new TestBed(home, home.resolve("data"), Map.of(), line -> {
            out.println(line);
            out.flush();
        })) {
            for (Fault fault : chosen) {
                run(bed, fault, table, out);
            }
        }
        out.println();
        table.print(out);
        return table.kept() ? 0 : 1;
    }

    private void run(TestBed bed, Fault fault, ReliabilityTable table, PrintWriter out)
            throws IOException, InterruptedException {
        bed.progress("== " + fault.name() + ": " + fault.promise());
        try {
            table.add(fault, bed.measure(fault, rounds == null ? fault.rounds() : rounds));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // The other faults are still worth a try.
            Measured failed = new Measured();
            failed.check(false, e.getMessage());
            table.add(fault, failed);
            e.printStackTrace(out);
        }
        if (file != null) {
            table.write(file, ALL);
        }
    }

    private List<Fault> chosen() {
        List<String> names = ALL.stream().map(Fault::name).toList();
        only.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw new ParameterException(
                    spec.commandLine(),
                    "--only " + name + " is none of " + names.stream().collect(Collectors.joining(", ")));
        });
        if (rounds != null && (rounds < 1 || rounds > 10_000)) {
            throw new ParameterException(spec.commandLine(), "--rounds must be 1..10000, not " + rounds);
        }
        return only.isEmpty()
                ? ALL
                : ALL.stream().filter(fault -> only.contains(fault.name())).toList();
    }
}
