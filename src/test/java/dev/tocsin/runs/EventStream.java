package dev.tocsin.runs;

import dev.tocsin.http.RealService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A reader of server-sent events, as the standard has it. */
final class EventStream implements AutoCloseable {
    private final HttpResponse<InputStream> answer;
    private final BufferedReader lines;

    private EventStream(HttpResponse<InputStream> answer) {
        this.answer = answer;
        lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    static EventStream open(RealService service, String run, Map<String, String> headers)
            throws IOException, InterruptedException {
        var request = service.request(WithRuns.RUNS + "/" + run + "/events", RealService.VIEWER)
                .header("Accept", "text/event-stream");
        headers.forEach(request::header);
        return new EventStream(service.open(request));
    }

    int status() {
        return answer.statusCode();
    }

    HttpHeaders headers() {
        return answer.headers();
    }

    /** The fields of the next event that has data; empty at the end of the stream. */
    Map<String, String> next() throws IOException {
        var fields = new HashMap<String, String>();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty() && fields.containsKey("data")) {
                return fields;
            }
            var colon = line.indexOf(": ");
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return Map.of();
    }

    List<Map<String, String>> rest() throws IOException {
        var events = new ArrayList<Map<String, String>>();
        for (var event = next(); !event.isEmpty(); event = next()) {
            events.add(event);
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
