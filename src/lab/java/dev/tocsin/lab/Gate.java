package dev.tocsin.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A port through which another one on loopback is reached. Shut, it refuses, and ends what went through it: what a network
 * that enforces NetworkPolicies by the packet does.
 */
final class Gate implements AutoCloseable {
    private static final int BACKLOG = 50;

    private final int port;
    private final int behind;
    private final Set<Socket> through = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket listening;

    Gate(int port, int behind) throws IOException {
        this.port = port;
        this.behind = behind;
        open();
    }

    int port() {
        return port;
    }

    synchronized void open() throws IOException {
        if (listening == null) {
            var server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            listening = server;
            Thread.ofVirtual().name("gate").start(() -> accept(server));
        }
    }

    synchronized void shut() throws IOException {
        if (listening != null) {
            listening.close();
            listening = null;
        }
        for (var socket : through) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        shut();
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().name("gate").start(() -> join(server, client));
            } catch (IOException _) {
                // shut, or one client less
            }
        }
    }

    private void join(ServerSocket server, Socket client) {
        try (client;
                var target = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            through.add(client);
            through.add(target);
            if (server.isClosed()) { // it was shut in between, and did not know of these
                return;
            }
            var back = Thread.ofVirtual().name("gate").start(() -> pump(target, client));
            pump(client, target);
            back.join();
        } catch (IOException _) {
            // nobody behind it: the client is told by its connection's end
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            through.removeIf(Socket::isClosed);
        }
    }

    /** When one side ends, so does the other. */
    private static void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException _) {
            // ended
        }
    }
}
