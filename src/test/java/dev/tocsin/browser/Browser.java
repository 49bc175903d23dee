package dev.tocsin.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium of the machine, with a profile of its own that chromedriver makes and throws away. */
public final class Browser implements AutoCloseable {
    /** What pages ask with {@code prefers-color-scheme}. */
    public enum ColourScheme {
        LIGHT,
        DARK
    }

    /** What the page is shown on. */
    public enum Media {
        SCREEN,
        PRINT
    }

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 900;

    /** A sheet of A4 at 96 dots an inch. */
    private static final int SHEET = 794;

    private static final String AXE = "axe.min.js";

    private final ChromeDriver driver;
    private ColourScheme scheme = ColourScheme.LIGHT;
    private Media media = Media.SCREEN;
    private int width = WIDTH;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts it; fails where there is none. */
    public static Browser start() {
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver"))
                .usingAnyFreePort()
                .build();
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(onPath("chromium"));
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        // Root has no sandbox, and many containers have none; all pages are our own. Their /dev/shm is small, too.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--window-size=" + WIDTH + "," + HEIGHT);
        var browser = new Browser(new ChromeDriver(service, options));
        browser.width(WIDTH);
        browser.colourScheme(ColourScheme.LIGHT);
        return browser;
    }

    private static File onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no " + program + " on the PATH; install it: apt-get install chromium chromium-driver"));
    }

    public WebDriver driver() {
        return driver;
    }

    public void open(URI address) {
        driver.get(address.toString());
    }

    /** Runs JavaScript in the page, also where its policy allows none. */
    public Object run(String script, Object... arguments) {
        return requireNonNull(driver.executeScript(script, arguments), script);
    }

    /** Warnings and errors since the last time it was asked. */
    public List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getLevel() + ": " + entry.getMessage())
                .toList();
    }

    /** What axe-core holds against the page: rule, impact, and each place with what would mend it. */
    public List<String> axe() throws IOException {
        try (var source = requireNonNull(Browser.class.getClassLoader().getResourceAsStream(AXE), AXE)) {
            driver.executeScript(new String(source.readAllBytes(), UTF_8));
        }
        var found = requireNonNull(driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document).then(
                    result => done(result.violations.flatMap(rule => rule.nodes.map(node =>
                        `${rule.id} (${rule.impact}) at ${node.target.join(' ')}: ${node.failureSummary}`))),
                    error => done(['axe failed: ' + error]));
                """));
        var violations = new ArrayList<String>();
        for (var each : (List<?>) found) {
            violations.add(String.valueOf(each));
        }
        return violations;
    }

    public void colourScheme(ColourScheme wanted) {
        scheme = wanted;
        emulate();
    }

    public void media(Media wanted) {
        media = wanted;
        emulate();
    }

    /** One call has both, because each call forgets what the one before has set. */
    private void emulate() {
        var feature =
                Map.of("name", "prefers-color-scheme", "value", scheme.name().toLowerCase(Locale.ROOT));
        command(
                "Emulation.setEmulatedMedia",
                Map.of("media", media.name().toLowerCase(Locale.ROOT), "features", List.of(feature)));
    }

    /** Makes the page so many CSS pixels wide; a window could not be as narrow as a telephone. */
    public void width(int pixels) {
        width = pixels;
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Writes the whole page as PNG. */
    public void picture(Path file) throws IOException {
        var height = (Number)
                run(
                        "return Math.ceil(Math.max(document.documentElement.getBoundingClientRect().height, document.querySelector('dialog') ? innerHeight : 0))");
        var clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        var taken = command(
                "Page.captureScreenshot",
                Map.of("format", "png", "captureBeyondViewport", true, "optimizeForSpeed", false, "clip", clip));
        Files.createDirectories(requireNonNull(file.toAbsolutePath().getParent()));
        Files.write(file, Base64.getDecoder().decode(String.valueOf(taken.get("data"))));
    }

    /** Writes the whole page as it is printed, on one endless sheet of A4's width, as PNG. */
    public void printed(Path file) throws IOException {
        var before = width;
        width(SHEET);
        media(Media.PRINT);
        picture(file);
        media(Media.SCREEN);
        width(before);
    }

    private Map<String, Object> command(String name, Map<String, Object> parameters) {
        return driver.executeCdpCommand(name, parameters);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
