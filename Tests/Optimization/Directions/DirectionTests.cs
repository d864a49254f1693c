using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Directions;

/// <summary>Whole minimizations by each method.</summary>
public sealed class DirectionTests : LeakChecked
{
    private static readonly DirectionMethod Automatic = new AutomaticDirection { SwitchAfter = 10 };

    private readonly string _folder = Directory.CreateTempSubdirectory("tflbfgs-directions").FullName;

    public static TheoryData<string, Execution> Cases()
    {
        TheoryData<string, Execution> cases = [];
        foreach (string method in Methods().Keys)
        {
            foreach (Execution execution in (Execution[])[Execution.Traced, Execution.CompiledCalls, Execution.Eager])
                cases.Add(method, execution);
        }

        return cases;
    }

    public static TheoryData<string> Names() => [.. Methods().Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Minimize_PairedRosenbrock_ConvergesAndRepeats(string name, Execution execution)
    {
        using LbfgsMinimizer minimizer =
            new(new PairedRosenbrock(), new LbfgsOptions { Direction = Methods()[name], Execution = execution });
        using LbfgsResult first = minimizer.Minimize();
        Assert.Equal(StopReason.Converged, first.Reason);
        Assert.True(first.Loss < 1e-14, first.ToString());
        Assert.InRange(first.Iterations, 15, 150);
        Assert.True(first.Reads <= first.Evaluations + first.Iterations);

        // A second run knows nothing of the first.
        using LbfgsResult again = minimizer.Minimize();
        StepTests.AssertSame(first, again);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Minimize_OnSecondDevice_ReadsOnlyScalars(string name)
    {
        using (Device.Use("/CPU:1"))
        using (new TransferGuard())
        {
            NativeCounters.ResetLargestRead();
            NativeCounters before = NativeCounters.Now;
            using Tensor start = Tensor.From(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? -1.2 : 1.0).ToArray());
            using LbfgsResult result =
                Lbfgs.Minimize(PairedRosenbrock.Value, start, new LbfgsOptions { Direction = Methods()[name], MaxIterations = 400 });
            NativeCounters used = NativeCounters.Now.Since(before);
            Assert.Equal(StopReason.Converged, result.Reason);
            Assert.EndsWith("CPU:1", result.Position.DeviceName, StringComparison.Ordinal);
            Assert.Equal(result.Reads, used.Reads);
            Assert.True(used.Reads <= result.Evaluations + result.Iterations, $"{used.Reads} reads, {result}");
            Assert.True(used.LargestRead <= 12 * sizeof(double), $"{used.LargestRead} bytes");
            Assert.Equal(0, used.DeviceCopies);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Minimize_Float32Vectors_ReachesTheirPrecision(string name)
    {
        using LbfgsResult result =
            Lbfgs.Minimize(new PairedRosenbrock(DType.Float32), new LbfgsOptions { Direction = Methods()[name], GradientTolerance = 1e-3 });
        Assert.Equal(DType.Float32, result.Position.DType);
        Assert.True(result.Loss < 1e-6, result.ToString());
        Assert.All(result.Position.ToDoubles(), x => Assert.Equal(1, x, 5e-3));
    }

    [Theory]
    [InlineData("dense SSBroyden2", 9)]
    [InlineData("automatic", 6)]
    [InlineData("automatic", 12)]
    [InlineData("automatic", 25)]
    [InlineData("capped pairs", 9)]
    public void Load_InTheMiddleOfARun_GoesOnToTheSameBits(string name, int saved)
    {
        PairedRosenbrock objective = new();
        LbfgsOptions options = new() { Direction = Methods()[name] };
        using LbfgsResult whole = Lbfgs.Minimize(objective, options);
        Assert.True(whole.Iterations > saved + 3, whole.ToString());
        string file = Path.Combine(_folder, "run.state");
        using (LbfgsMinimizer minimizer = new(objective, options))
        using (LbfgsState state = minimizer.Begin())
        {
            while (state.Iterations < saved)
                Assert.True(minimizer.Step(state));
            state.Save(file);
            minimizer.Step(state);
        }

        using LbfgsMinimizer other = new(objective, options);
        using LbfgsState loaded = LbfgsState.Load(file);
        using LbfgsResult rest = other.Minimize(loaded);
        StepTests.AssertSame(whole, rest);

        using LbfgsMinimizer plain = new(objective);
        using LbfgsState same = LbfgsState.Load(file);
        Assert.Contains("method", Assert.Throws<TfLbfgsException>(() => plain.Minimize(same)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_StatesInTurns_EachKeepsItsOwnMatrix(bool isAutomatic)
    {
        using LbfgsMinimizer minimizer =
            new(new PairedRosenbrock(), new LbfgsOptions { Direction = isAutomatic ? Automatic : new DenseDirection() });
        using Tensor second = Tensor.From([.. PairedRosenbrock.Start.Select(x => 0.5 - x)]);
        using LbfgsResult alone = minimizer.Minimize();
        using LbfgsResult other = minimizer.Minimize(second);
        using LbfgsState a = minimizer.Begin();
        using LbfgsState b = minimizer.Begin(second);
        bool goesOn = true;
        while (goesOn)
            goesOn = minimizer.Step(a) | minimizer.Step(b);
        using LbfgsResult ofA = minimizer.Finish(a);
        using LbfgsResult ofB = minimizer.Finish(b);
        StepTests.AssertSame(alone, ofA);
        StepTests.AssertSame(other, ofB);
    }

    [Fact]
    public void Minimize_Automatic_IsLimitedMemoryUpToTheSwitch()
    {
        PairedRosenbrock objective = new();
        // A direction that may switch computes by ops, which round differently from loops of our own.
        // The pairs that a dense matrix takes over are those of the gradients alone.
        LbfgsOptions byOps = new() { ComputesByOps = true, UseLosses = false };
        using LbfgsResult limited = Lbfgs.Minimize(objective, byOps);
        using LbfgsResult automatic = Lbfgs.Minimize(objective, byOps with { Direction = new AutomaticDirection { SwitchAfter = 20 } });
        using LbfgsResult tooLarge =
            Lbfgs.Minimize(objective, byOps with { Direction = new AutomaticDirection { SwitchAfter = 20, MaxParameters = 19 } });
        using LbfgsResult never = Lbfgs.Minimize(objective, byOps with { Direction = new AutomaticDirection() });
        Assert.Equal(limited.History.Take(21).Select(step => step.Loss), automatic.History.Take(21).Select(step => step.Loss));
        Assert.NotEqual(limited.History.Select(step => step.Loss), automatic.History.Select(step => step.Loss));
        StepTests.AssertSame(limited, tooLarge);
        StepTests.AssertSame(limited, never);
    }

    [Fact]
    public void Minimize_LimitedMemoryNamed_IsTheDefault()
    {
        PairedRosenbrock objective = new();
        using LbfgsResult expected = Lbfgs.Minimize(objective);
        using LbfgsResult named = Lbfgs.Minimize(objective, new LbfgsOptions { Direction = new LimitedMemoryDirection() });
        StepTests.AssertSame(expected, named);
    }

    [Fact]
    public void Minimize_IllConditionedQuadraticByBfgs_NeedsFewerIterationsThanThreePairs()
    {
        using Tensor start = Tensor.From(Enumerable.Repeat(1.0, 30).ToArray());
        Tensor Loss(Tensor x) =>
            Tf.ReduceSum(Tensor.From(Enumerable.Range(0, 30).Select(i => Math.Pow(10, i / 10.0)).ToArray()) * Tf.Square(x));
        using LbfgsResult dense =
            Lbfgs.Minimize(Loss, start, new LbfgsOptions { Direction = new DenseDirection { Formula = DenseFormula.Bfgs } });
        using LbfgsResult limited = Lbfgs.Minimize(Loss, start, new LbfgsOptions { MemoryLength = 3, Scaling = InverseScaling.Scalar });
        Assert.Equal(StopReason.Converged, dense.Reason);
        Assert.True(dense.Iterations < 0.7 * limited.Iterations, $"{dense}\n{limited}");
    }

    [Fact]
    public void Minimize_MoreParametersThanAllowed_IsRefusedWithTheBytes()
    {
        using Tensor start = Tensor.From(new double[5001]);
        TfLbfgsException refused =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(x => Tf.ReduceSum(x * x), start, new LbfgsOptions { Direction = new DenseDirection() }));
        Assert.Contains("5,000", refused.Message, StringComparison.Ordinal);
        Assert.Contains("5,001", refused.Message, StringComparison.Ordinal);
        Assert.Contains("200,080,008 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(DenseDirection.MaxParameters), refused.Message, StringComparison.Ordinal);
        using LbfgsResult automatic =
            Lbfgs.Minimize(x => Tf.ReduceSum(x * x - x), start,
            new LbfgsOptions { Direction = new AutomaticDirection { SwitchAfter = 1 } });
        Assert.Equal(StopReason.Converged, automatic.Reason);
    }

    [Fact]
    public void Minimize_ValuesOutOfRange_AreRefusedByName()
    {
        (DirectionMethod Method, string Name)[] wrong =
        [
            (new DenseDirection { MaxParameters = 0 }, "DenseDirection.MaxParameters"),
            (new DenseDirection { Formula = (DenseFormula)9 }, "DenseDirection.Formula"),
            (new AutomaticDirection { SwitchAfter = 0 }, "AutomaticDirection.SwitchAfter"),
            (new AutomaticDirection { MaxParameters = -1 }, "AutomaticDirection.MaxParameters"),
            (new AutomaticDirection { Formula = (DenseFormula)(-1) }, "AutomaticDirection.Formula"),
        ];
        foreach ((DirectionMethod method, string name) in wrong)
        {
            TfLbfgsException refused =
                Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(new PairedRosenbrock(), new LbfgsOptions { Direction = method }));
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Minimize_AsOneCompiledLoop_IsRunByCompiledCallsAndSaysSo()
    {
        LbfgsOptions options = new() { Direction = new DenseDirection(), Execution = Execution.Compiled };
        using LbfgsResult result = Lbfgs.Minimize(new PairedRosenbrock(), options);
        Assert.True(result.Converged, result.ToString());
        Assert.Contains("CompiledCalls, as one loop does not serve Direction = DenseDirection", result.Report(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kinks")]
    [InlineData("domain")]
    [InlineData("wrong gradient")]
    public void Minimize_DifficultObjectives_RestartsAndEndsWithAReason(string name)
    {
        Func<Tensor, Tensor> loss = name switch
        {
            "kinks" => x => Tf.ReduceSum(Tf.Abs(x) + 0.1 * x * x),
            "domain" => x => Tf.ReduceSum(x - 2 * Tf.Sqrt(x)),
            _ => x => Tf.ReduceSum(Tf.Floor(4 * x) + x * x),
        };
        using Tensor start = Tensor.From([1.3, 0.01, 30.0, 0.7]);
        using LbfgsResult result = Lbfgs.Minimize(loss, start, new LbfgsOptions { Direction = new DenseDirection(), MaxIterations = 300 });
        Assert.True(result.Loss < result.InitialLoss, result.ToString());
        // A kink at 0 lets the loss fall until it underflows.
        Assert.True(
            result.Reason is StopReason.Converged or StopReason.Stalled or StopReason.WorkingPrecision || result.Loss < 1e-30,
            result.ToString());
        Assert.All(result.Position.ToDoubles(), x => Assert.True(double.IsFinite(x)));
    }

    protected override void Dispose(bool disposing)
    {
        Directory.Delete(_folder, recursive: true);
        base.Dispose(disposing);
    }

    private static Dictionary<string, DirectionMethod> Methods() => new()
    {
        ["capped pairs"] = new LimitedMemoryDirection { CapFirstTrial = true },
        ["dense BFGS"] = new DenseDirection { Formula = DenseFormula.Bfgs },
        ["dense SSBFGS"] = new DenseDirection { Formula = DenseFormula.SelfScaledBfgs },
        ["dense SSBroyden1"] = new DenseDirection { Formula = DenseFormula.SelfScaledBroyden1 },
        ["dense SSBroyden2"] = new DenseDirection(),
        ["dense SSBroyden2 uncapped"] = new DenseDirection { CapFirstTrial = false },
        ["automatic"] = Automatic,
    };
}
