using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

/// <summary>
/// What a step of <c>Fit</c> costs besides its computation, in counts: native calls, reads, uploads, traces, managed memory.
/// </summary>
public class StepCostTests : LeakChecked
{
    private const int Steps = 64;
    private const int MostBytes = 4096;

    private readonly Tensor _x = Tensor.Ones([4 * Steps, 3], DType.Float32);
    private readonly Tensor _y = Tensor.Ones([4 * Steps, 1], DType.Float32);

    [Fact]
    public void Fit_StepOfAdam_IsOneNativeCallAndOneReadAnEpoch()
    {
        using Sequential model = NewModel();
        model.Compile(new Adam(0.01), "mse", ["mae"]);
        FitOptions epoch = new() { BatchSize = 4, Epochs = 3, Seed = 1, Callbacks = [new LambdaCallback()] };
        model.Fit(_x, _y, epoch);
        (NativeCounters before, long bytes) = (NativeCounters.Now, GC.GetAllocatedBytesForCurrentThread());
        model.Fit(_x, _y, epoch with { Callbacks = [] });
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        NativeCounters counted = NativeCounters.Now.Since(before);
        Assert.Equal(3 * Steps, counted.FunctionCalls);
        // Its indices are what a step sends; an epoch resets the measures, and reads them at its end.
        Assert.InRange(counted.Uploads, 3 * Steps, 3 * (Steps + 8));
        Assert.Equal(3, counted.Reads);
        Assert.Equal(0, counted.GraphNodes);
        Assert.InRange(counted.Operations, 0, 3 * 8);
        Assert.Equal(1, model.TrainTraceCount);
        Assert.True(bytes < 3L * Steps * MostBytes, FormattableString.Invariant($"{bytes / (3.0 * Steps)} bytes a step"));
        Console.WriteLine(FormattableString.Invariant($"Fit: {bytes / (3.0 * Steps):F0} managed bytes a step, {counted.Operations / 3.0:F1} eager ops an epoch"));
    }

    [Fact]
    public void Fit_Validation_IsOneNativeCallAStepAndOneReadAnEpoch()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        FitOptions epoch = new() { BatchSize = 4, ValidationData = (_x, _y) };
        model.Fit(_x, _y, epoch);
        NativeCounters before = NativeCounters.Now;
        model.Fit(_x, _y, epoch);
        NativeCounters counted = NativeCounters.Now.Since(before);
        Assert.Equal(2 * Steps, counted.FunctionCalls);
        Assert.Equal(2, counted.Reads);
    }

    [Fact]
    public void Fit_ManySteps_LeavesNoHandlesAndNoTraces()
    {
        using Sequential model = NewModel();
        model.Compile(new Adam(0.001), "mse", ["mae"]);
        FitOptions options = new() { BatchSize = 4, Seed = 2, Epochs = 5 };
        model.Fit(_x, _y, options);
        (long handles, long heap) = (LiveHandles.Total, GC.GetTotalMemory(true));
        model.Fit(_x, _y, options);
        Assert.Equal(handles, LiveHandles.Total);
        Assert.InRange(GC.GetTotalMemory(true) - heap, long.MinValue, 200_000);
        Assert.Equal(1, model.TrainTraceCount);
    }

    [Fact(Explicit = true)]
    public void Fit_TenThousandSteps_TakesNoMoreMemoryThanOneThousand()
    {
        if (MemoryProbe.Run("training") is not [var steps, var atOneThousand, var atTenThousand, var left])
            throw new InvalidOperationException("expected four numbers");
        double growth = (atTenThousand - atOneThousand) / (double)(1 << 20);
        string line = FormattableString.Invariant(
            $"Fit with Adam: resident after 1,000 steps {atOneThousand >> 10:N0} KiB, after {steps:N0} {atTenThousand >> 10:N0} KiB: {growth:F2} MiB more; live handles left {left}");
        StoredResult.Write("fit-steps.txt", line + "\n");
        Assert.True(growth <= 4, line);
        Assert.Equal(0, left);
    }

    private static Sequential NewModel()
    {
        Sequential model = new(DType.Float32) { new InputLayer([3]), new Dense(8, "tanh"), new Dense(1) };
        model.Build();
        return model;
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _y.Dispose();
        base.Dispose(disposing);
    }
}
