package dev.tocsin.cli;

import dev.tocsin.dashboards.Dashboard;
import dev.tocsin.dashboards.GrafanaJson;
import dev.tocsin.observe.HttpSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Fetches a dashboard from a Grafana, for the repository in which it is reviewed and from which it is judged. */
@Command(
        name = "dashboard",
        mixinStandardHelpOptions = true,
        description = {
            "Print a dashboard of a Grafana as JSON, for a scenario's `dashboard`.",
            "What of it cannot be judged by its queries is told on stderr."
        })
final class GetDashboardCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Of one Grafana, or of one moment; a file that is reviewed has neither. */
    private static final String[] LOCAL = {"id", "version"};

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "UID", description = "Its uid, which stands in its address behind /d/.")
    private String uid = "";

    @Option(
            names = "--grafana",
            required = true,
            paramLabel = "URL",
            defaultValue = "${env:TOCSIN_GRAFANA}",
            description = "The Grafana. Default: $TOCSIN_GRAFANA.")
    private URI grafana = URI.create("http://127.0.0.1:3000");

    @Option(
            names = "--grafana-token-file",
            paramLabel = "FILE",
            description = "A file with the token of a service account that may read dashboards.")
    private @Nullable Path tokenFile;

    @Option(names = "--grafana-ca-file", paramLabel = "FILE", description = "Certificates to trust instead of Java's.")
    private @Nullable Path caFile;

    @Override
    public Integer call() throws InterruptedException {
        if (!uid.matches("[A-Za-z0-9_-]{1,40}")) {
            throw new UserException(ExitCode.USAGE, uid + " is not a uid: letters, digits, _ and -, at most 40");
        }
        var json = fetched();
        for (var what : read(json).unjudged()) {
            spec.commandLine().getErr().println("cannot be judged: " + what);
        }
        spec.commandLine().getOut().println(json);
        spec.commandLine().getOut().flush();
        return ExitCode.PASSED;
    }

    private String fetched() throws InterruptedException {
        try {
            var answer = new HttpSource(grafana, Optional.ofNullable(tokenFile), Optional.ofNullable(caFile))
                    .get("/api/dashboards/uid/" + uid);
            if (JSON.readTree(answer).path("dashboard") instanceof ObjectNode dashboard) {
                for (var name : LOCAL) {
                    dashboard.remove(name);
                }
                return JSON.writeValueAsString(dashboard);
            }
            throw new UserException(ExitCode.ERROR, grafana + " answered with no dashboard; is that a Grafana?");
        } catch (HttpSource.RefusedException e) {
            throw refused(e);
        } catch (NoSuchFileException e) {
            throw new UserException(ExitCode.USAGE, "there is no " + e.getFile());
        } catch (IOException e) {
            throw new UserException(ExitCode.ERROR, String.valueOf(e.getMessage()));
        } catch (JacksonException _) {
            throw new UserException(ExitCode.ERROR, grafana + " answered with no JSON; is that a Grafana?");
        }
    }

    private UserException refused(HttpSource.RefusedException why) {
        return switch (why.status()) {
            case 404 -> new UserException(ExitCode.USAGE, "there is no dashboard " + uid + " in " + grafana);
            case 401, 403 ->
                new UserException(
                        ExitCode.USAGE,
                        grafana + " lets nobody read the dashboard with "
                                + (tokenFile == null ? "no token; give --grafana-token-file" : "this token")
                                + " (" + why.status() + "): it needs the permission dashboards:read");
            default -> new UserException(ExitCode.ERROR, String.valueOf(why.getMessage()));
        };
    }

    private Dashboard read(String json) {
        try {
            return GrafanaJson.read(json, Map.of());
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.ERROR, "the dashboard " + uid + " cannot be judged: " + e.getMessage());
        }
    }
}
