using TfLbfgs.Distribution.Serving;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

public sealed partial class Cluster
{
    private Thread? _watch;

    /// <summary>
    /// The workers that do not run ops for this process any more: ended, started anew, or silent for
    /// <see cref="ClusterOptions.AnswerTimeout"/>.
    /// </summary>
    internal IReadOnlyList<ClusterWorker> FindLost()
    {
        ClusterWorker[] members = [.. _workers.Where(worker => worker.IsConnected)];
        bool[] answers = new bool[members.Length];
        Parallel.For(0, members.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, members.Length) },
            i => answers[i] = WorkerFiles.Answers(members[i], Options.AnswerTimeout));
        return [.. members.Where((_, i) => !answers[i])];
    }

    /// <summary>
    /// Waits for other processes at the addresses of workers that were lost, and tells TensorFlow of those that came and those that are
    /// gone.
    /// </summary>
    /// <param name="lost">The workers.</param>
    /// <returns>Those in whose place no other came.</returns>
    internal IReadOnlyList<ClusterWorker> Repair(IReadOnlyList<ClusterWorker> lost)
    {
        lock (Gate)
        {
            foreach (ClusterWorker worker in lost)
            {
                worker.IsConnected = false;
                Options.Report($"Lost {worker}; waiting for another process there.");
            }

            // A process that is stopped keeps its port, but does not answer.
            bool[] came = new bool[lost.Count];
            Parallel.For(0, lost.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, lost.Count) },
                i => came[i] = PortProbe.Await(lost[i].Address, Options.ReplacementTimeout) is not null);
            ClusterWorker[] back = [.. lost.Where((_, i) => came[i])];
            Join(back);
            Greet(back);
            foreach (ClusterWorker worker in back)
                Options.Report($"{worker} is back (process {worker.Description?.ProcessId}).");
            return [.. lost.Except(back)];
        }
    }

    /// <summary>Looks for evaluations that hang because a worker is silent, as long as the process lives.</summary>
    private void Watch()
    {
        _watch = new Thread(() =>
        {
            TimeSpan limit = Options.EvaluationTimeout;
            TimeSpan pause = TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds / 10, 10, 1000));
            while (true)
            {
                Thread.Sleep(pause);
                TimeSpan longest = RunningCalls.Longest;
                if (longest == TimeSpan.Zero)
                    limit = Options.EvaluationTimeout;
                if (longest < limit)
                    continue;
                IReadOnlyList<ClusterWorker> silent = FindLost();
                if (silent.Count > 0)
                {
                    Options.Report(FormattableString.Invariant($"An evaluation has taken {longest.TotalSeconds:F1} s, and {string.Join(", ", silent)} gave no sign of life for {Options.AnswerTimeout.TotalSeconds:G4} s: it is cancelled."));
                    RunningCalls.CancelOlderThan(Options.EvaluationTimeout);
                    Thread.Sleep(pause);
                }

                // With workers that answer it is long, and asked about again after as much time.
                limit += Options.EvaluationTimeout;
            }
        })
        { IsBackground = true, Name = "TfLbfgs cluster watch" };
        _watch.Start();
    }
}
