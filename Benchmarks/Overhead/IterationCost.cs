using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>
/// What an iteration costs above its evaluation, and the same for its bare native calls: the calls that the driver made in an iteration,
/// repeated by <c>TFE_Execute</c> through function pointers with the
/// same inputs, uploads and reads. Runs and repetitions take turns in one process, so that other load of the machine hits both alike.
/// </summary>
internal sealed class IterationCost(Workload workload, LbfgsOptions options, int rounds)
{
    private const int Iterations = 60;
    private const int Repetitions = 40;

    private readonly List<double> _iterations = [];
    private readonly List<double> _bare = [];
    private readonly List<double> _evaluations = [];
    private readonly List<double> _ratios = [];
    private readonly List<double> _ratiosAbove = [];
    private readonly SortedDictionary<int, List<double>> _parts = [];
    private string[] _names = [];

    /// <summary>Measures and prints.</summary>
    public void Run()
    {
        using TapeObjective objective = workload.CreateObjective();
        using Tensor start = objective.InitialPosition();
        using Function function = new(
            inputs =>
            {
                (Tensor loss, Tensor gradient) = objective.Evaluate(inputs[0], inputs[1..]);
                return [loss, gradient];
            },
            new FunctionOptions { Name = "bare", Compile = options.Execution is Execution.Compiled or Execution.CompiledCalls });
        Tensor[] arguments = [start, .. objective.Data];
        (string name, IReadOnlyList<Tensor> inputs) = function.NativeCall(arguments);
        using BareCall evaluation = new(name, inputs, 2, read: 0);
        using LbfgsMinimizer minimizer = new(objective, options with { MaxIterations = Iterations, GradientTolerance = 0 });
        for (int round = 0; round <= rounds; round++)
            RunOnce(minimizer, objective.Count, evaluation, isWarmUp: round == 0);
        Print(objective.Count);
    }

    private void RunOnce(LbfgsMinimizer minimizer, long count, BareCall evaluation, bool isWarmUp)
    {
        List<double> bare = [];
        List<double> evaluations = [];
        void Repeat(IterationRecorder recorder) => RepeatNatively(recorder, evaluation, bare, evaluations, isWarmUp);
        using IterationRun run = new(Iterations, options.MemoryLength!.Value + 2, count, Repeat);
        minimizer.Options = minimizer.Options with { Progress = run };
        using LbfgsResult result = minimizer.Minimize();
        if (bare.Count == 0 || run.Microseconds.Count == 0)
            throw new InvalidOperationException($"No iteration was measured: {result}");
        if (isWarmUp)
            return;
        (double iteration, double calls, double raw) = (Median(run.Microseconds), Median(bare), Median(evaluations));
        _iterations.Add(iteration);
        _bare.Add(calls);
        _evaluations.Add(raw);
        _ratios.Add(iteration / calls);
        _ratiosAbove.Add((iteration - raw) / (calls - raw));
    }

    /// <summary>The recorded calls in their order, then one bare evaluation, again and again.</summary>
    private void RepeatNatively(IterationRecorder recorder, BareCall evaluation, List<double> bare, List<double> evaluations, bool isWarmUp)
    {
        BareCall[] calls = [.. recorder.Calls.Select(call => call.ToBare())];
        try
        {
            _names = [.. calls.Select(call =>
                string.Create(CultureInfo.InvariantCulture,
                $"{call.Name} ({call.Uploads} uploads, {(call.Reads ? "1 read" : "no read")})"))];
            for (int repetition = 0; repetition < Repetitions; repetition++)
            {
                double sum = 0;
                for (int i = 0; i < calls.Length; i++)
                {
                    double took = Time(calls[i]);
                    sum += took;
                    if (!isWarmUp)
                        Part(i).Add(took);
                }

                bare.Add(sum);
                evaluations.Add(Time(evaluation));
            }
        }
        finally
        {
            foreach (BareCall call in calls)
                call.Dispose();
        }
    }

    private List<double> Part(int index)
    {
        if (!_parts.TryGetValue(index, out List<double>? times))
            _parts[index] = times = [];
        return times;
    }

    private static double Time(BareCall call)
    {
        long begin = Stopwatch.GetTimestamp();
        call.Call();
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
    }

    private void Print(long count)
    {
        (double iteration, double bare, double raw) = (Median(_iterations), Median(_bare), Median(_evaluations));
        Line($"{workload.Name}, n = {count}, m = {options.MemoryLength}, {options.Execution}: medians of {rounds} rounds, iterations with one evaluation and a full memory");
        Line($"  iteration                      {iteration,9:F1} us");
        Line($"  its native calls, bare         {bare,9:F1} us");
        foreach ((int index, List<double> times) in _parts)
            Line($"    {Median(times),9:F1} us  {_names[index]}");
        Line($"  value and gradient, bare       {raw,9:F1} us");
        Line($"  above the evaluation           {iteration - raw,9:F1} us; its native calls {bare - raw:F1} us");
        Line($"  iteration / native calls       {Median(_ratios),9:F2}");
        Line($"  the same above the evaluation  {Median(_ratiosAbove),9:F2}");
    }

    private static void Line(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static double Median(IReadOnlyList<double> times)
    {
        double[] sorted = [.. times.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
