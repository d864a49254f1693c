using TfLbfgs.Benchmarks.Overhead;
using TfLbfgs.Keras;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>A step of <c>Fit</c> compared with the same native call without anything of ours around it, in turn in one process.</summary>
/// <param name="Microseconds">A step of <c>Fit</c>.</param>
/// <param name="Bare">The bare call, with its rows sent anew.</param>
/// <param name="Ratio">The median of the ratios of neighbouring blocks.</param>
/// <param name="Bytes">Managed bytes of a step.</param>
internal sealed record StepOverhead(double Microseconds, double Bare, double Ratio, double Bytes)
{
    private const int BlockCount = 12;
    private const int BatchSize = 32;

    /// <summary>Measures a compiled model.</summary>
    public static StepOverhead Measure(Model model, Tensor x, Tensor y)
    {
        // Whole batches alone: the last, shorter one is another function.
        int rows = (int)x.Shape[0] / BatchSize * BatchSize, steps = rows / BatchSize;
        using TensorScope scope = new();
        TensorIndex whole = TensorIndex.Slice(0, rows);
        (Tensor inputs, Tensor targets) = (x[whole], y[whole]);
        int epochs = Math.Max(1, 200 / steps);
        FitOptions options = new() { BatchSize = BatchSize, Epochs = epochs, Shuffle = false, Verbosity = Verbosity.Silent };
        void Fit() => model.Fit(inputs, targets, options);
        Fit();
        using StepRecorder recorder = new();
        Fit();
        using BareCall bare = recorder.ToBare(rows: 2);
        recorder.Dispose();
        void Steps()
        {
            for (int i = 0; i < epochs * steps; i++)
                bare.Call();
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread();
        Fit();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        (double first, double second, double ratio) = Blocks.Median(Fit, Steps, BlockCount, 1);
        int count = epochs * steps;
        return new StepOverhead(first / count, second / count, ratio, bytes / (double)count);
    }
}
