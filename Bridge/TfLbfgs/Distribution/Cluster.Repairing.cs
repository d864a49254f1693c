using TfLbfgs.Distribution.Serving;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <content>Workers that are lost.</content>
public sealed partial class Cluster
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private Thread? _watch;

    /// <summary>Whether a worker was lost that was stopped or cut off rather than ended.</summary>
    private volatile bool _hasSilent;

    /// <summary>
    /// What repeats an evaluation that failed since a worker was lost, after another process came to its address or, where that is allowed,
    /// without it: for <see cref="Optimization.BatchOptions.Recover"/> and <see cref="Optimization.TfpOptions.Recover"/>, over
    /// <see cref="DistributedMembers"/>. A <see cref="DistributedObjective"/> does so by itself.
    /// </summary>
    /// <param name="onLostWorker">What happens where no other process comes within <see cref="ClusterOptions.ReplacementTimeout"/>.</param>
    /// <param name="maxRecoveries">How many losses one evaluation may meet before the run ends.</param>
    /// <returns>From what TensorFlow said, and the number of repetitions before, to whether to repeat. It throws a
    /// <see cref="ClusterException"/> where a worker was not replaced and is not to be left out.</returns>
    public Func<TfStatusException, int, bool> Recovery(LostWorkerPolicy onLostWorker = LostWorkerPolicy.Stop, int maxRecoveries = 3) =>
        (failure, attempt) =>
        {
            ArgumentNullException.ThrowIfNull(failure);
            if (attempt >= maxRecoveries)
                return false;
            IReadOnlyList<ClusterWorker> lost = FindLost();
            Repair(lost);
            ClusterWorker[] gone = [.. lost.Where(worker => !worker.IsConnected)];
            if (gone.Length > 0 && (onLostWorker == LostWorkerPolicy.Stop || !_workers.Any(worker => worker.IsConnected)))
                throw NotReplaced(gone, "let others do its part: LostWorkerPolicy.Move", failure);
            return lost.Count > 0 || IsPassing(failure);
        };

    /// <summary>Whether a failure may pass while all workers answer: one of the network.</summary>
    internal static bool IsPassing(TfStatusException failure) => failure.Code is TfStatusCode.Unavailable or TfStatusCode.Aborted;

    /// <summary>
    /// Whether a worker does not know a tensor that this process has put there, although it answers: seen after another worker was killed.
    /// </summary>
    internal static bool IsForgotten(TfStatusException failure) =>
        failure.NativeMessage.Contains("Unable to find the relevant tensor remote_handle", StringComparison.Ordinal);

    /// <summary>What ends a run whose workers were not replaced.</summary>
    internal ClusterException NotReplaced(IEnumerable<ClusterWorker> gone, string way, TfStatusException failure) => new(
        FormattableString.Invariant(
            $"{string.Join(", ", gone.Distinct())}: lost, and not replaced within {Options.ReplacementTimeout.TotalSeconds:G4} s ")
        + $"(ClusterOptions.ReplacementTimeout). Start a worker there and resume from the checkpoint, or {way}.",
        failure);

    /// <summary>
    /// The workers that do not run ops for this process any more: ended, started anew, or silent for
    /// <see cref="ClusterOptions.AnswerTimeout"/>.
    /// </summary>
    internal IReadOnlyList<ClusterWorker> FindLost()
    {
        ClusterWorker[] members = [.. _workers.Where(worker => worker.IsConnected)];
        bool[] answers = AskAll(members, worker => WorkerFiles.Answers(worker, Options.AnswerTimeout));
        return [.. members.Where((_, i) => !answers[i])];
    }

    /// <summary>
    /// Waits for other processes at the addresses of workers that were lost, and tells TensorFlow of those that came and those that are
    /// gone. A worker in whose place no other came is not connected afterwards.
    /// </summary>
    /// <param name="lost">The workers.</param>
    /// <exception cref="ClusterException">TensorFlow still waits for a worker that was to join, and computes nothing meanwhile.</exception>
    internal void Repair(IReadOnlyList<ClusterWorker> lost)
    {
        if (lost.Count == 0)
            return;
        // TensorFlow may compute nothing as long as it waits for a worker that was to join: no others were lost then.
        if (ClusterContext.IsPending && !_workers.Except(lost).Any(worker => worker.IsConnected))
            throw NotJoined();
        lock (Gate)
        {
            foreach (ClusterWorker worker in lost)
            {
                worker.IsConnected = false;
                worker.Losses++;
                Options.Report($"Lost {worker}; waiting for another process there.");
            }

            DateTime end = DateTime.UtcNow + Options.ReplacementTimeout;
            while (!TryReplace(lost, end))
                Thread.Sleep(Pause);
        }
    }

    /// <summary>Lets processes join that come to the addresses of workers which were lost.</summary>
    /// <param name="lost">The workers.</param>
    /// <param name="end">Until when to wait.</param>
    /// <returns>False where one came that was lost again before it had joined, and there is time for another one. After the time none of
    /// them is connected.</returns>
    private bool TryReplace(IReadOnlyList<ClusterWorker> lost, DateTime end)
    {
        // A process that is stopped keeps its port, but does not answer.
        bool[] came = AskAll(lost, worker => PortProbe.Await(worker.Address, end - DateTime.UtcNow) is not null);
        ClusterWorker[] back = [.. lost.Where((_, i) => came[i])];
        // TensorFlow waits for ever for the answer of a stopped process when that process is to leave: to TensorFlow such a one
        // stays a member, of which nothing is asked.
        _hasSilent |= lost.Except(back).Any(worker => !PortProbe.IsRefused(worker.Address, Options.AnswerTimeout));
        try
        {
            if (back.Length > 0 || !_hasSilent)
                Join(back);
            Greet(back);
        }
        catch (TfLbfgsException e) when (back.Length > 0 && (ClusterContext.IsPending || Repetition.StatusOf(e) is not null))
        {
            foreach (ClusterWorker worker in back)
                worker.IsConnected = false;
            Options.Report($"Lost {string.Join<ClusterWorker>(", ", back)} again: {e.Message}");
            // No worker can join as long as TensorFlow waits; with those that are members it computes on.
            bool isEnd = ClusterContext.IsPending || DateTime.UtcNow >= end;
            _hasSilent |= isEnd;
            return isEnd;
        }

        foreach (ClusterWorker worker in back)
            Options.Report($"{worker} is back (process {worker.Description?.ProcessId}).");
        return true;
    }

    /// <summary>Waits for calls that a worker answers, as long as it gives signs of life.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="call">The calls.</param>
    /// <returns>What they return.</returns>
    /// <exception cref="TfStatusException">The worker is silent, and the calls are left to themselves.</exception>
    internal T Await<T>(ClusterWorker worker, Func<T> call)
    {
        T result = default!;
        bool isDone = ClusterContext.TryRun(
            Options.EvaluationTimeout, () => result = call(), () => WorkerFiles.Answers(worker, Options.AnswerTimeout));
        if (isDone)
            return result;
        throw new TfStatusException(TfStatusCode.DeadlineExceeded, $"{worker} gives no sign of life", "TFE_TensorHandleCopyToDevice");
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
                    string names = string.Join(", ", silent);
                    Options.Report(
                        FormattableString.Invariant($"An evaluation has taken {longest.TotalSeconds:F1} s, and {names} gave no sign ")
                        + FormattableString.Invariant($"of life for {Options.AnswerTimeout.TotalSeconds:G4} s: it is cancelled."));
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
