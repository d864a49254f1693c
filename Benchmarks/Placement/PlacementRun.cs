using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Placement;

/// <summary>A workload minimized on one device: what was seen there.</summary>
/// <param name="Vectors">The positions and gradients of iterations that were looked at.</param>
/// <param name="Elsewhere">How many of them were on another device.</param>
/// <param name="Copies">What a guard against silent copies said; null: there were none.</param>
/// <param name="Evaluations">The evaluations of the timed run.</param>
/// <param name="Reads">Reads for each of them.</param>
/// <param name="BytesPerRead">The bytes of a read.</param>
/// <param name="Loss">The loss after the iterations that are compared.</param>
/// <param name="StartGradient">The gradient at the start.</param>
/// <param name="IsFloat32">Whether the vectors are of float32.</param>
/// <param name="MillisecondsPerEvaluation">The time of an evaluation, the minimizer's work included.</param>
internal sealed record PlacementRun(
    int Vectors, int Elsewhere, string? Copies, int Evaluations, double Reads, double BytesPerRead, double Loss, double[] StartGradient,
        bool IsFloat32, double MillisecondsPerEvaluation)
{
    /// <summary>Runs it.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="device">The full name of the device.</param>
    /// <param name="compared">How many iterations are compared between devices: rounding grows with each.</param>
    /// <param name="limit">The most time of the timed run.</param>
    public static PlacementRun Of(Workload workload, string device, int compared, TimeSpan limit)
    {
        using IDisposable place = Device.Use(device);
        using TensorScope scope = new();
        using TapeObjective objective = workload.CreateObjective();
        using Tensor start = objective.InitialPosition();
        (Tensor _, Tensor gradient) = objective.Evaluate(start, objective.Data);
        double[] startGradient = RawOps.Cast(gradient, DType.Float64).ToArray<double>();
        Places places = new(device);
        using LbfgsMinimizer minimizer = new(objective,
            new LbfgsOptions { MaxIterations = compared, GradientTolerance = 0, Observers = [places] });
        double loss;
        using (LbfgsResult first = minimizer.Minimize(start))
            loss = first.Loss;
        string? copies = null;
        try
        {
            using TransferGuard guard = new();
            minimizer.Minimize(start).Dispose();
        }
        catch (TfLbfgsException e)
        {
            copies = e.Message.Split('\n')[0];
        }

        minimizer.Options = new LbfgsOptions
        {
            MaxIterations = workload.Iterations,
            MaxTime = limit > TimeSpan.Zero ? limit
            : TimeSpan.FromMilliseconds(1),
            GradientTolerance = 0
        };
        using LbfgsResult timed = minimizer.Minimize(start);
        return new PlacementRun(
            places.Seen, places.Elsewhere, copies, timed.Evaluations, timed.Reads / (double)timed.Evaluations,
                timed.BytesRead / (double)timed.Reads, loss, startGradient,
            objective.DType == DType.Float32, timed.Seconds * 1e3 / timed.Evaluations);
    }

    private sealed class Places(string device) : LbfgsObserver
    {
        public int Seen { get; private set; }

        public int Elsewhere { get; private set; }

        public override void OnIteration(LbfgsIteration iteration)
        {
            foreach (Tensor vector in new[] { iteration.Position, iteration.Gradient })
            {
                Seen++;
                Elsewhere += vector.DeviceName == device ? 0 : 1;
            }
        }
    }
}
