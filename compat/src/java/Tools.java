// Apache Kafka's own command line tools, unmodified, many in one virtual machine. Each line of standard input is a JSON
// array: the class, its input (or null), then its arguments. Each answer is a JSON line: how it ended and what it printed.

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Exit;

public final class Tools {
    private static final class Ended extends RuntimeException {
        Ended(int status) {
            super("exit " + status, null, false, false);
        }
    }

    /** How the tool wanted to end first: some catch what ends them and end again, as failed. */
    private static Integer wanted;
    private static final List<Runnable> hooks = new ArrayList<>();

    public static void main(String[] ignored) throws Exception {
        Exit.Procedure end = (status, message) -> {
            if (message != null) System.err.println(message);
            if (wanted == null) wanted = status;
            throw new Ended(status);
        };
        Exit.setExitProcedure(end);
        Exit.setHaltProcedure(end);
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        ObjectMapper json = new ObjectMapper();
        PrintStream answers = System.out;
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            JsonNode words = json.readTree(line);
            String[] args = new String[words.size() - 2];
            for (int i = 0; i < args.length; i++) args[i] = words.get(i + 2).asText();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            String input = words.get(1).isNull() ? "" : words.get(1).asText();
            wanted = null;
            hooks.clear();
            int status = run(words.get(0).asText(), input, args, out, err);
            answers.println(json.writeValueAsString(Map.of(
                "exitCode", status,
                "stdout", out.toString(StandardCharsets.UTF_8),
                "stderr", err.toString(StandardCharsets.UTF_8))));
            answers.flush();
        }
    }

    private static int run(
            String tool, String input, String[] args, ByteArrayOutputStream out, ByteArrayOutputStream err) {
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            Class.forName(tool).getMethod("main", String[].class).invoke(null, (Object) args);
            return wanted == null ? 0 : wanted;
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            if (cause instanceof Ended) return wanted;
            cause.printStackTrace(System.err);
            return 1;
        } catch (ReflectiveOperationException missing) {
            missing.printStackTrace(System.err);
            return 127;
        } finally {
            for (Runnable hook : hooks) hook.run();
            System.out.flush();
            System.err.flush();
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }
}
