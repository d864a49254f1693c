using System.Globalization;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Batches.BatchProblems;

namespace TfLbfgs.Tests.Optimization.Batches;

/// <summary>Batches of 40 random starts beside the real tfp: the table of docs/guides/batches.md.</summary>
[Trait("Category", "Peers")]
public sealed class BatchPeersTests : LeakChecked
{
    private const int Members = 40;

    private const string Program =
        """
        import json, sys, time
        import numpy as np, tensorflow as tf, tensorflow_probability as tfp
        def himmelblau(x):
            a, b = x[..., 0], x[..., 1]
            p, q = a * a + b - 11, a + b * b - 7
            return p * p + q * q
        def rosenbrock(x):
            a, b = x[..., ::2], x[..., 1::2]
            return tf.reduce_sum(100 * (b - a * a) ** 2 + (1 - a) ** 2, -1)
        def rastrigin(x):
            return tf.reduce_sum(x * x - 10 * tf.cos(2 * np.pi * x), -1) + 10.0 * x.shape[-1]
        out = []
        for case in json.load(open(sys.argv[1])):
            f = {"himmelblau": himmelblau, "rosenbrock": rosenbrock, "rastrigin": rastrigin}[case["name"]]
            start = tf.constant(np.array(case["start"]).reshape(-1, case["n"]))
            @tf.function
            def run(start):
                return tfp.optimizer.lbfgs_minimize(lambda x: tfp.math.value_and_gradient(f, x), start, tolerance=1e-8, max_iterations=1000)
            r = run(start)
            begin = time.perf_counter()
            r = run(start)
            evaluations = int(r.num_objective_evaluations)
            seconds = time.perf_counter() - begin
            out.append({"evaluations": evaluations, "seconds": seconds, "loss": r.objective_value.numpy().tolist(), "gradient": np.max(np.abs(r.objective_gradient), -1).tolist()})
        print("RESULT" + json.dumps(out))
        """;

    [Fact]
    public void MinimizeBatch_FortyStarts_NeedsFewerEvaluationsThanTfp()
    {
        Peers.Require();
        (string Name, int N, double Reach)[] cases = [("himmelblau", 2, 5), ("rosenbrock", 10, 2), ("rastrigin", 4, 3)];
        string input = Path.GetTempFileName();
        string output;
        try
        {
            File.WriteAllText(input,
                JsonSerializer.Serialize(
                cases.Select((c, i) => new { name = c.Name, n = c.N, start = Numbers(Members * c.N, 50 + i, c.Reach) })));
            output = Peers.Run(Program, input);
        }
        finally
        {
            File.Delete(input);
        }

        using JsonDocument document = JsonDocument.Parse(output[(output.LastIndexOf("RESULT", StringComparison.Ordinal) + 6)..]);
        JsonElement[] theirs = [.. document.RootElement.EnumerateArray()];
        for (int i = 0; i < cases.Length; i++)
        {
            (string name, int n, double reach) = cases[i];
            using Tensor starts = Starts(Members, n, 50 + i, reach);
            using LbfgsBatchResult whole = Lbfgs.MinimizeBatch(x => Of(name, x), starts, new BatchOptions { ShedFinished = false });
            using LbfgsBatchResult shed = Lbfgs.MinimizeBatch(x => Of(name, x), starts);
            int calls = theirs[i].GetProperty("evaluations").GetInt32();
            int theyEnd = theirs[i].GetProperty("gradient").EnumerateArray().Count(g => g.GetDouble() <= 1e-8);
            double theirMean = theirs[i].GetProperty("loss").EnumerateArray().Average(loss => loss.GetDouble());
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} {n}: tfp {calls} calls, {calls * Members} points, {theyEnd} with |g| <= 1e-8, mean loss {theirMean:G4}, "
                    + $"{theirs[i].GetProperty("seconds").GetDouble():F3} s | here {shed.Evaluations} calls, {shed.EvaluatedRows} points "
                    + $"({shed.MemberEvaluations.Sum()} needed), {shed.Reasons.Count(r => r == StopReason.Converged)} converged, mean "
                    + $"loss {shed.Losses.Average():G4}, {shed.Seconds:F3} s with tracing | not shed {whole.Evaluations} calls, "
                    + $"{whole.EvaluatedRows} points, {whole.Seconds:F3} s"));
            Assert.True(shed.Evaluations < calls, $"{name}: {shed.Evaluations} calls against {calls}");
            Assert.True(shed.EvaluatedRows < 0.7 * calls * Members, $"{name}: {shed.EvaluatedRows} points against {calls * Members}");
            Assert.True(shed.Reasons.Count(r => r == StopReason.Converged) >= theyEnd, shed.ToString());
        }
    }
}
