package dev.tocsin.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import net.logstash.logback.encoder.LogstashEncoder;

/** One JSON object a line: on stdout for the service, to a file for the lab, nowhere for the client commands. */
public final class Logging extends ContextAwareBase implements Configurator {
    /** The system property that chooses: {@code stdout}, a file's path, or absent for silence. */
    public static final String PROPERTY = "tocsin.log";

    public static final String STDOUT = "stdout";

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        var root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        var where = System.getProperty(PROPERTY, "");
        if (where.isEmpty()) {
            root.setLevel(Level.OFF);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        root.setLevel(Level.INFO);
        // Names the address of the API server at every start and says nothing an operator needs.
        loggers.getLogger("io.fabric8").setLevel(Level.WARN);
        root.addAppender(appender(loggers, where));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static OutputStreamAppender<ILoggingEvent> appender(LoggerContext loggers, String where) {
        var encoder = new LogstashEncoder();
        encoder.setContext(loggers);
        encoder.setTimeZone("UTC");
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender;
        if (where.equals(STDOUT)) {
            appender = new ConsoleAppender<>();
        } else {
            var file = new FileAppender<ILoggingEvent>();
            file.setFile(where);
            appender = file;
        }
        appender.setContext(loggers);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
