using TfLbfgs.Distribution;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>Issue 19: several devices, of which the test process has two.</summary>
public sealed class DistributedObjectiveTests : LeakChecked
{
    private const int Rows = 103;

    public static TheoryData<int, DataReduction, Execution> Divisions()
    {
        TheoryData<int, DataReduction, Execution> divisions = [];
        foreach (DataReduction reduction in Enum.GetValues<DataReduction>())
        {
            divisions.Add(1, reduction, Execution.Traced);
            divisions.Add(2, reduction, Execution.Eager);
            divisions.Add(7, reduction, Execution.Traced);
        }

        return divisions;
    }

    [Theory]
    [MemberData(nameof(Divisions))]
    public void Evaluate_AnyDivision_EqualsOnePass(int shards, DataReduction reduction, Execution execution)
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(reduction);
        DistributedOptions options = new() { Reduction = reduction, Whole = [2] };
        using DistributedObjective distributed = new(whole, Two.WithShards(shards), options);
        (double loss, double[] gradient) = Run(whole, Execution.Eager);
        (double sum, double[] sumGradient) = Run(distributed, execution);
        Assert.Equal(Rows, distributed.Rows.Sum());
        Assert.True(Math.Abs(sum - loss) <= 1e-14 * Math.Abs(loss), $"{sum:R} {loss:R}");
        double scale = gradient.Max(Math.Abs);
        Assert.All(gradient.Zip(sumGradient), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-14 * scale, $"{pair}"));
    }

    [Fact]
    public void Data_AreOnTheDevicesOfTheirParts()
    {
        using TensorScope scope = new();
        DistributedOptions options = new() { Whole = [2] };
        using DistributedObjective distributed = new(Regression(DataReduction.Mean), Two.WithShards(3), options);
        Assert.Equal([35, 34, 34], distributed.Rows);
        Assert.Equal(9, distributed.Data.Count);
        Assert.Equal(
            ["CPU:0", "CPU:0", "CPU:0", "CPU:1", "CPU:1", "CPU:1", "CPU:0", "CPU:0", "CPU:0"],
            distributed.Data.Select(tensor => tensor.DeviceName[^5..]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Minimize_ModelWithPenalty_ReachesTheSamePointByTheSameBitsOnAnyDevices(bool compile)
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = TfLbfgs.Tests.Keras.ModelObjectiveTests.Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(4, "tanh") { KernelRegularizer = new L2(0.01) }, new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        using Tensor start = objective.InitialPosition();
        LbfgsOptions options = new() { MaxIterations = 8 };
        using LbfgsResult whole = Lbfgs.Minimize(objective, start, options);
        int told = objective.Evaluations;
        DistributedOptions distribution = new() { Compile = compile };
        using DistributedObjective onTwo = new(objective, Two.WithShards(4), distribution);
        using DistributedObjective onOne = new(objective, DistributionStrategy.Over("CPU:1").WithShards(4), distribution);
        using LbfgsResult two = Lbfgs.Minimize(onTwo, start, options);
        using LbfgsResult again = Lbfgs.Minimize(onTwo, start, options);
        using LbfgsResult one = Lbfgs.Minimize(onOne, start, options);
        Assert.Equal(told + two.Evaluations + again.Evaluations + one.Evaluations, objective.Evaluations);
        Assert.Equal(two.Position.ToArray<double>(), again.Position.ToArray<double>());
        Assert.Equal(two.Position.ToArray<double>(), one.Position.ToArray<double>());
        Assert.Equal(whole.Evaluations, two.Evaluations);
        Assert.All(
            whole.Position.ToArray<double>().Zip(two.Position.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        using Tensor held = objective.InitialPosition();
        Assert.Equal(one.Position.ToArray<double>(), held.ToArray<double>());
    }

    [Fact]
    public void Minimize_OnTwoDevices_ReadsOnceForEachEvaluation()
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(DataReduction.Mean);
        using DistributedObjective distributed = new(whole, Two, new DistributedOptions { Whole = [2] });
        NativeCounters before = NativeCounters.Now;
        using LbfgsResult result = Lbfgs.Minimize(distributed);
        NativeCounters used = NativeCounters.Now.Since(before);
        Assert.Equal(result.Evaluations, used.Reads);
        Assert.Equal(StopReason.Converged, result.Reason);
    }

    [Fact]
    public void Minimize_WithMeasurement_ReportsTheTimeOfEachPart()
    {
        using TensorScope scope = new();
        using DistributedObjective distributed = new(Regression(DataReduction.Mean), Two, new DistributedOptions { Whole = [2] });
        using LbfgsResult result = Lbfgs.Minimize(distributed);
        DistributionReport report = distributed.Report();
        Assert.Equal(result.Evaluations, report.Evaluations);
        Assert.Equal(result.Evaluations, report.Measured);
        Assert.Equal(["CPU:0", "CPU:1"], report.Devices.Select(time => time.Device[^5..]));
        Assert.All(report.Devices, time => Assert.InRange(time.Seconds, 0, report.EvaluationSeconds));
        Assert.All([report.NetworkSeconds, report.OverheadSeconds], seconds => Assert.InRange(seconds, 0, report.EvaluationSeconds));
        Assert.Equal(0, report.BytesPerEvaluation);
        // Where the time of the run went: three parts that are all of it.
        Assert.True(result.WorkerSeconds > 0 && result.NetworkSeconds >= 0 && result.DriverSeconds > 0);
        Assert.Equal(result.Seconds, result.WorkerSeconds + result.NetworkSeconds + result.DriverSeconds, 1e-9);
        Assert.Equal(result.WorkerSeconds, result.History[^1].WorkerSeconds);
        Assert.True(result.History[0].WorkerSeconds < result.WorkerSeconds && result.History[^1].DriverSeconds > 0);
        Assert.Contains("in workers", result.Report(), StringComparison.Ordinal);
        Assert.Contains("us above the slowest part", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_WithoutMeasurementOrScaled_SaysWhatIsKnown()
    {
        using TensorScope scope = new();
        DistributedOptions withoutTimes = new() { Whole = [2], MeasureTimes = false };
        using DistributedObjective silent = new(Regression(DataReduction.Mean), Two, withoutTimes);
        using LbfgsResult unknown = Lbfgs.Minimize(silent);
        Assert.True(
            double.IsNaN(unknown.WorkerSeconds) && double.IsNaN(unknown.DriverSeconds) && double.IsNaN(unknown.History[^1].NetworkSeconds));
        Assert.DoesNotContain("in workers", unknown.Report(), StringComparison.Ordinal);
        Assert.True(double.IsNaN(silent.Report().EvaluationSeconds));
        using DistributedObjective distributed = new(Regression(DataReduction.Mean), Two, new DistributedOptions { Whole = [2] });
        using ScaledObjective scaled = new(distributed, Tensor.From([2.0, 0.5]));
        using LbfgsResult known = Lbfgs.Minimize(scaled);
        Assert.True(known.WorkerSeconds > 0);
    }

    [Fact]
    public void Evaluate_ModelWithStatisticsOfTraining_ReadsThemOutsideTheParts()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = TfLbfgs.Tests.Keras.ModelObjectiveTests.Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(3), new BatchNormalization(), new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        using DistributedObjective distributed = new(objective, Two);
        (double loss, double[] gradient) = Run(objective, Execution.Traced);
        (double sum, double[] sumGradient) = Run(distributed, Execution.Traced);
        Assert.Equal(loss, sum, 1e-13 * Math.Abs(loss));
        Assert.All(gradient.Zip(sumGradient), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Data_OfTheOtherObjectiveReplaced_AreDividedAnew()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = TfLbfgs.Tests.Keras.ModelObjectiveTests.Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        using DistributedObjective distributed = new(objective, Two);
        long rows = distributed.Rows.Sum();
        double before = Run(distributed, Execution.Traced).Loss;
        objective.SetData(x[..10], 2 * y[..10]);
        Assert.Equal(10, distributed.Rows.Sum());
        Assert.NotEqual(10, rows);
        double after = Run(distributed, Execution.Traced).Loss;
        Assert.NotEqual(before, after);
        Assert.Equal(Run(objective, Execution.Traced).Loss, after, 1e-14 * after);
    }

    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.CompiledCalls)]
    public void Minimize_CompiledAsAWhole_SaysWhatCompilesInstead(Execution execution)
    {
        using TensorScope scope = new();
        using DistributedObjective distributed = new(Regression(DataReduction.Mean), Two, new DistributedOptions { Whole = [2] });
        LbfgsOptions options = new() { Execution = execution };
        Refusal.Says<TfLbfgsException>("DistributedOptions.Compile", () => Lbfgs.Minimize(distributed, options));
    }

    [Fact]
    public void Minimize_LongRunWithAutomaticExecution_IsTraced()
    {
        using TensorScope scope = new();
        using DistributedObjective distributed = new(Regression(DataReduction.Mean), Two, new DistributedOptions { Whole = [2] });
        using LbfgsResult result = Lbfgs.Minimize(distributed, new LbfgsOptions { Execution = Execution.Auto, MaxIterations = 10_000 });
        Assert.Equal(StopReason.Converged, result.Reason);
    }

    [Fact]
    public void Minimize_CodeThatAssignsVariables_IsRefused()
    {
        using TensorScope scope = new();
        using TfLbfgs.Variables.Variable count = new(Tensor.Scalar(0.0), "count", trainable: false);
        FunctionObjective counting = new(
            (p, d) =>
            {
                count.AssignAdd(Tensor.Scalar(1.0));
                return Tf.ReduceMean(Tf.Square(d[0] - p));
            },
            Tensor.From([0.0]),
            [Tensor.From([1.0, 2, 3])]);
        using DistributedObjective distributed = new(counting, Two);
        Refusal.Says<TfLbfgsException>("assigns variables", () => Lbfgs.Minimize(distributed));
    }

    [Fact]
    public void Constructor_FewerRowsThanParts_SaysWhatWasExpected()
    {
        using TensorScope scope = new();
        FunctionObjective three = new((p, d) => Tf.ReduceMean(Tf.Square(d[0] - p)), Tensor.From([0.0]), [Tensor.From([1.0, 2, 3])]);
        Refusal.Says<TfLbfgsException>("3 rows", () => new DistributedObjective(three, Two.WithShards(4)));
        FunctionObjective none = new(p => Tf.ReduceSum(p), Tensor.From([0.0]));
        Refusal.Says<TfLbfgsException>("Objective.Data", () => new DistributedObjective(none, Two));
        using DistributedObjective inner = new(three, Two);
        Refusal.Says<TfLbfgsException>("uses several itself", () => new DistributedObjective(inner, Two));
        Refusal.Says<TfLbfgsException>("SlowFactor", () => new DistributedObjective(three, Two, new DistributedOptions { SlowFactor = 1 }));
    }

    [Fact]
    public void Evaluate_SlicesWithinParts_EqualOnePass()
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(DataReduction.Mean);
        ChunkedObjective chunked = new(whole, 10, new ChunkOptions { Whole = [2] });
        using DistributedObjective distributed = new(chunked, Two, new DistributedOptions { Whole = [2] });
        Assert.Equal(Run(whole, Execution.Traced).Loss, Run(distributed, Execution.Traced).Loss, 1e-14);
    }

    internal static DistributionStrategy Two => DistributionStrategy.Over("CPU:0", "CPU:1");

    /// <summary>Residuals of a line with a penalty; data of two tensors with rows and one without.</summary>
    internal static FunctionObjective Regression(DataReduction reduction)
    {
        Tensor x = Tensor.From<double>([.. Enumerable.Range(0, Rows * 2).Select(i => Math.Sin(1.7 * i))], [Rows, 2]);
        Tensor y = Tensor.From<double>([.. Enumerable.Range(0, Rows).Select(i => Math.Cos(0.3 * i))]);
        Tensor bend = Tensor.From([0.5, 2.0]);
        return new FunctionObjective(
            (p, d) =>
            {
                Tensor rows = Tf.Square(Tf.ReduceSum(Tf.Tanh(d[0] * p * d[2]), [1]) - d[1]);
                Tensor loss = reduction == DataReduction.Mean ? Tf.ReduceMean(rows) : Tf.ReduceSum(rows);
                return loss + 0.3 * Tf.ReduceSum(Tf.Square(p)) + 0.1;
            },
            Tensor.From([0.7, -1.3]),
            [x, y, bend]);
    }

    internal static (double Loss, double[] Gradient) Run(Objective objective, Execution execution)
    {
        using TensorScope scope = new();
        Tensor position = objective.InitialPosition();
        if (execution == Execution.Eager)
            return Values(Both(objective.Evaluate(position, objective.Data)));
        using Function evaluate = new(inputs => Both(objective.Evaluate(inputs[0], inputs[1..])));
        (double Loss, double[] Gradient) first = Values(evaluate.Call([position, .. objective.Data]));
        Assert.Equal(first.Gradient, Values(evaluate.Call([position, .. objective.Data])).Gradient);
        return first;
    }

    private static Tensor[] Both((Tensor Loss, Tensor Gradient) result) => [result.Loss, result.Gradient];

    private static (double Loss, double[] Gradient) Values(Tensor[] results) => (results[0].ToDouble(), results[1].ToArray<double>());
}
