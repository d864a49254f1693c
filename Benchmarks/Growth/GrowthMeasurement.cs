using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Growth;

/// <summary>
/// Measures an iteration at one size by the difference of two whole minimizations of different length, so that what a run costs once drops
/// out and progress may come in blocks. The objective is a diagonal
/// quadratic, whose evaluation is measured alone and taken off.
/// </summary>
internal static class GrowthMeasurement
{
    /// <summary>What the diagonal spans: enough that no run is over before its last iteration.</summary>
    private const double Condition = 1e7;

    /// <summary>
    /// Iterations of the shorter run after those that fill the memory: what is not filled costs nothing in the compiled loop.
    /// </summary>
    private const int Beyond = 4;

    private const int EvaluationRepetitions = 5;

    /// <summary>Measures.</summary>
    /// <param name="count">n, at least 100.</param>
    /// <param name="execution">Traced or compiled.</param>
    /// <param name="repetitions">How often both runs are made; the best of each counts.</param>
    public static GrowthRow Measure(long count, Execution execution, int repetitions)
    {
        using TapeObjective objective = Quadratic(count);
        double evaluation = TimeEvaluation(objective, execution);
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { Execution = execution, GradientTolerance = 0 });
        int memory = MemoryTable.Length(count, DType.Float64);
        // Both lengths once before: what is traced for later blocks, or used for the first time, is so now.
        Run(minimizer, memory + Beyond + MoreIterations(count));
        Run(minimizer, memory + Beyond);
        Sample few = Best(minimizer, memory + Beyond, repetitions);
        Sample many = Best(minimizer, memory + Beyond + MoreIterations(count), repetitions);
        double iterations = many.Iterations - few.Iterations;
        if (iterations < 1)
            throw new InvalidOperationException(
                $"n = {count}: the longer run made no more iterations than the shorter, {many.Iterations}.");
        double evaluations = (many.Evaluations - few.Evaluations) / iterations;
        double iteration = (many.Seconds - few.Seconds) / iterations;
        NativeCounters counted = many.Counters.Since(few.Counters);
        return new GrowthRow(
            execution, count, memory, evaluation, iteration, iteration - (evaluations * evaluation), evaluations,
            (counted.Operations + counted.FunctionCalls) / iterations, counted.Reads / iterations, counted.BytesRead / iterations,
                counted.Uploads / iterations, (many.Allocated - few.Allocated) / iterations);
    }

    private static int MoreIterations(long count) => count switch
    {
        <= 100_000 => 30,
        <= 1_000_000 => 12,
        _ => 6,
    };

    private static TapeObjective Quadratic(long count)
    {
        double[] scales = new double[count];
        for (long i = 0; i < count; i++)
            scales[i] = Math.Pow(Condition, i / (double)(count - 1));
        return new TapeObjective(Tensor.From(new double[count]), [Tensor.From(scales)],
            (x, data) => 0.5 * Tf.ReduceSum(data[0] * Tf.Square(x - 1.0)));
    }

    private static double TimeEvaluation(TapeObjective objective, Execution execution)
    {
        using Function function = new(
            inputs =>
            {
                (Tensor loss, Tensor gradient) = objective.Evaluate(inputs[0], inputs[1..]);
                return [loss, gradient];
            },
            new FunctionOptions { Name = "bare", Compile = execution == Execution.Compiled });
        using Tensor start = objective.InitialPosition();
        Tensor[] inputs = [start, .. objective.Data];
        void Call()
        {
            using TensorScope scope = new();
            function.Call(inputs)[0].ToScalar<double>();
        }

        Call();
        return Timing.BestOf(Call, EvaluationRepetitions);
    }

    private static Sample Best(LbfgsMinimizer minimizer, int iterations, int repetitions) =>
        Enumerable.Range(0, repetitions).Select(_ => Run(minimizer, iterations)).MinBy(sample => sample.Seconds)!;

    private static Sample Run(LbfgsMinimizer minimizer, int iterations)
    {
        minimizer.Options = minimizer.Options with { MaxIterations = iterations };
        NativeCounters before = NativeCounters.Now;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        LbfgsResult? result = null;
        double seconds = Timing.Of(() => result = minimizer.Minimize());
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        using (result)
            return new Sample(seconds, result!.Iterations, result.Evaluations, NativeCounters.Now.Since(before), allocated);
    }

    private sealed record Sample(double Seconds, int Iterations, int Evaluations, NativeCounters Counters, long Allocated);
}
