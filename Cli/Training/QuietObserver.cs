using TfLbfgs.Cli.Files;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Training;

/// <summary>
/// Hands a run on to another observer until that one fails: a log that cannot be written is a warning, and the run goes on.
/// </summary>
/// <param name="inner">The observer.</param>
/// <param name="name">What it writes, for the warning.</param>
/// <param name="warn">Receives the warning, once.</param>
internal sealed class QuietObserver(LbfgsObserver inner, string name, Action<string> warn) : LbfgsObserver
{
    /// <summary>Whether it failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What it writes.</summary>
    public string Name => name;

    public override bool ReceivesTrials => inner.ReceivesTrials;

    public override void OnStart(long parameters) => Try(() => inner.OnStart(parameters));

    public override void OnTrial(LbfgsTrial trial) => Try(() => inner.OnTrial(trial));

    public override void OnIteration(LbfgsIteration iteration) => Try(() => inner.OnIteration(iteration));

    public override void OnSearchFailed(LbfgsSearchFailure failure) => Try(() => inner.OnSearchFailed(failure));

    public override void OnEnd(LbfgsResult? result) => Try(() => inner.OnEnd(result));

    private void Try(Action call)
    {
        if (HasFailed)
            return;
        try
        {
            call();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            HasFailed = true;
            warn($"{name} could not be written any more, and ends here: {e.Message.TrimEnd('.')}.");
            Close();
        }
    }

    // Frees what the observer holds; its file is lost already.
    private void Close()
    {
        try
        {
            inner.OnEnd(null);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
        }
    }
}
