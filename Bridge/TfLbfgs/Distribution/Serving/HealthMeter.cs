using System.Diagnostics;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution.Serving;

/// <summary>Measures a worker: clock, time of an op, bandwidth.</summary>
internal static class HealthMeter
{
    private const int Tries = 5;

    /// <summary>Measures one.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="bytes">The size of the tensor that is sent and fetched.</param>
    /// <param name="options">The limits of time.</param>
    public static WorkerHealth Measure(ClusterWorker worker, int bytes, ClusterOptions options)
    {
        WorkerHealth health = new(worker, false, double.NaN, double.NaN, double.NaN, double.NaN);
        bool isDone = worker.IsConnected && ClusterContext.TryRun(options.AnswerTimeout + TimeSpan.FromSeconds(bytes / 1e6), () =>
        {
            try
            {
                (double offset, double seconds) = Clock(worker);
                (double up, double down) = Bandwidth(worker, bytes);
                health = new WorkerHealth(worker, true, offset, seconds, up, down);
            }
            catch (TfStatusException)
            {
                // It was lost meanwhile, which the numbers say.
            }
        });
        return isDone ? health : new WorkerHealth(worker, false, double.NaN, double.NaN, double.NaN, double.NaN);
    }

    private static (double Offset, double Seconds) Clock(ClusterWorker worker)
    {
        double best = double.PositiveInfinity, offset = 0;
        for (int i = 0; i < Tries; i++)
        {
            using TensorScope scope = new();
            double before = Now();
            double there;
            using (Device.Use(worker.Host))
                there = RawOps.Timestamp().ToDouble();
            double after = Now();
            if (after - before >= best)
                continue;
            best = after - before;
            offset = there - ((before + after) / 2);
        }

        return (offset, best);
    }

    private static (double Up, double Down) Bandwidth(ClusterWorker worker, int bytes)
    {
        double up = double.PositiveInfinity, down = double.PositiveInfinity;
        for (int i = 0; i < Tries; i++)
        {
            using TensorScope scope = new();
            // A tensor of its own each time: TensorFlow does not send one again that it has sent.
            Tensor here = Tensor.Fill([bytes / sizeof(double)], i, DType.Float64);
            Stopwatch watch = Stopwatch.StartNew();
            Tensor there = here.CopyTo(worker.Host);
            using (Device.Use(worker.Host))
                there[..1].ToArray<double>();
            up = Math.Min(up, watch.Elapsed.TotalSeconds);
            Tensor made;
            using (Device.Use(worker.Host))
            {
                made = there + 1.0;
                made[..1].ToArray<double>();
            }

            watch.Restart();
            made.CopyTo(TfRuntime.Devices[0].Name)[..1].ToArray<double>();
            down = Math.Min(down, watch.Elapsed.TotalSeconds);
        }

        return (bytes / up, bytes / down);
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
}
