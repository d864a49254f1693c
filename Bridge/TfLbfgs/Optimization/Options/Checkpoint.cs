namespace TfLbfgs.Optimization;

/// <summary>
/// Keeps the state of a run in a file while it runs, so that a killed process loses at most one interval. Each write replaces the file at
/// once or not at all, and reads all vectors from the device: 2 m n elements and more.
/// Python has no counterpart for L-BFGS; <c>tf.train.Checkpoint</c> with an optimizer comes near.
/// </summary>
/// <param name="Path">The file, in a folder that exists.</param>
public sealed record Checkpoint(string Path)
{
    /// <summary>It is written at every k-th accepted iteration and at the end; k is at least 1; default 100.</summary>
    public int Interval { get; init; } = 100;

    /// <summary>
    /// Resumes from the file if it exists. An incompatible file is rejected with the reason, and so is one of other data or another loss
    /// (<see cref="LbfgsOptions.OnChangedProblem"/>). Default false: an existing file is overwritten.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// What the run depends on besides the parameters, by name, such as hashes of the data and of their scaling: kept in the file, and
    /// compared
    /// when it is resumed, where a file with others is refused by their names. Default: nothing.
    /// </summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Called when the file cannot be written, such as on a full disk; the run then goes on. Null (default): the exception ends the run.
    /// </summary>
    public Action<TfLbfgsException>? OnWriteFailed { get; init; }

    /// <summary>Whether a file of another machine may be gone on with, see <see cref="LbfgsState.Load"/>; default: no.</summary>
    public bool AcceptOtherMachine { get; init; }
}
