// kafka-consumer-groups as often as its input has lines, in one Java machine: runs each line's words, then prints the
// exit code behind a mark. The words are separated by blanks.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;

public final class GroupCommands {
    private static final class Ended extends RuntimeException {
        private final int code;

        private Ended(int code) {
            super(null, null, false, false);
            this.code = code;
        }
    }

    public static void main(String[] unused) throws Exception {
        Exit.setExitProcedure((code, message) -> {
            throw new Ended(code);
        });
        System.setErr(System.out);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int code = 0;
            try {
                ConsumerGroupCommand.main(line.split(" "));
            } catch (Ended ended) {
                code = ended.code;
            }
            System.out.println("\u0001" + code);
            System.out.flush();
        }
    }
}
