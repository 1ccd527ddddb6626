package io.asyncio4j.examples;

import static io.asyncio4j.Asyncio.blocking;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.run;

import io.asyncio4j.Task;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/** A JDBC driver, which blocks: a hundred queries at once on one loop, each in a task. */
public final class Queries {

    private static final int QUERIES = 100;
    private static final String DATABASE = "jdbc:h2:mem:queries";
    private static final CyclicBarrier ALL_RUN = new CyclicBarrier(QUERIES);

    private Queries() {}

    /** Runs the queries. */
    public static void main(String[] arguments) throws SQLException {
        // An in-memory database lives as long as one of its connections.
        try (Connection connection = DriverManager.getConnection(DATABASE);
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE ALIAS MEET FOR '" + Queries.class.getName() + ".meet(java.lang.Long)'");
            run(() -> {
                var queries = new ArrayList<Task<Long>>();
                for (long i = 1; i <= QUERIES; i++) {
                    long number = i;
                    queries.add(createTask(() -> query(number)));
                }
                var numbers = gather(queries);
                System.out.println(numbers.size() + " queries at once");
                System.out.println(numbers.stream().mapToLong(each -> each).sum());
            });
        }
    }

    private static long query(long number) throws SQLException {
        return blocking(() -> { // throws what the code throws
            try (Connection connection = DriverManager.getConnection(DATABASE);
                    var statement = connection.prepareStatement("SELECT MEET(?)")) {
                statement.setLong(1, number);
                try (var row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    /** A function of the database that returns once all queries are inside it. */
    public static Long meet(Long number) throws InterruptedException, BrokenBarrierException {
        ALL_RUN.await();
        return number;
    }
}
