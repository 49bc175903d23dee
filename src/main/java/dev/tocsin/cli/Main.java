package dev.tocsin.cli;

import dev.tocsin.app.Version;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ServiceLoader;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: parses the command line, runs a command, and turns what it threw into an exit code. */
@Command(
        name = "tocsin",
        description = "Ring your alerts on purpose. Prove your data survives.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:passed",
            "1:failed",
            "2:usage, or an invalid scenario or configuration",
            "3:inconclusive",
            "4:aborted",
            "5:error",
            "70:a defect of Tocsin",
            "124:gave up waiting",
            "130:interrupted"
        })
public final class Main {
    /** A command that not every build of Tocsin carries; the lab is one. */
    public interface Extra {
        Object command();
    }

    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tocsin " + Version.current()};
        }
    }

    private Main() {}

    public static void main(String[] arguments) {
        var serving = arguments.length == 3 && arguments[0].equals("serve") && arguments[1].equals("--config");
        System.exit(serving ? serve(Path.of(arguments[2])) : commandLine().execute(arguments));
    }

    /**
     * The service as it is always started, without picocli: its classes are compiled for Java 5, which no ahead-of-time
     * cache takes in, and to load and verify them is a quarter of the start.
     */
    private static int serve(Path config) {
        try {
            return new ServeCommand(config).call();
        } catch (RuntimeException e) {
            return explain(e, new PrintWriter(System.err, true, Charset.defaultCharset()));
        }
    }

    /** All commands of this build. */
    public static CommandLine commandLine() {
        var main = new CommandLine(new Main());
        ServiceLoader.load(Extra.class).forEach(extra -> main.addSubcommand(extra.command()));
        main.addSubcommand(new ServeCommand())
                .addSubcommand(new RunCommand())
                .addSubcommand(new WatchCommand())
                .addSubcommand(new AbortCommand())
                .addSubcommand(new DescribeCommand())
                .addSubcommand(new GetCommand())
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new LintCommand())
                .addSubcommand(new DraftCommand())
                .addSubcommand(new JudgeCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new NodeAgentCommand())
                .addSubcommand(new SchemaCommand())
                .addSubcommand(
                        "completion",
                        new CommandLine(new AutoComplete.GenerateCompletion()).setCommandName("completion"));
        main.setCaseInsensitiveEnumValuesAllowed(true);
        main.setExecutionExceptionHandler((thrown, command, _) -> explain(thrown, command.getErr()));
        return main;
    }

    private static int explain(Exception thrown, PrintWriter err) {
        if (thrown instanceof UserException known) {
            err.println("tocsin: " + known.getMessage());
            return known.exitCode();
        }
        if (thrown instanceof InterruptedException) {
            return ExitCode.INTERRUPTED;
        }
        err.println("tocsin: a defect, please report it:");
        thrown.printStackTrace(err);
        return ExitCode.DEFECT;
    }
}
