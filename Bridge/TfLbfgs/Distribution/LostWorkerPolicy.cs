namespace TfLbfgs.Distribution;

/// <summary>What happens to the part of a worker that is lost and not replaced in time.</summary>
public enum LostWorkerPolicy
{
    /// <summary>
    /// The run ends with a <see cref="ClusterException"/>; its state is in the file of the checkpoint, where the options name one.
    /// </summary>
    Stop,

    /// <summary>Its part moves to another worker, and the run goes on to the same bits, more slowly.</summary>
    Move,
}
