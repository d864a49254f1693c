namespace TfLbfgs.Keras;

/// <summary>What is shown of the progress of a run. Python: <c>verbose</c>.</summary>
public enum Verbosity
{
    /// <summary>A bar in a terminal, nothing where the output is a pipe or a file.</summary>
    Auto,

    /// <summary>Nothing.</summary>
    Silent,

    /// <summary>A bar for each epoch, redrawn as it goes.</summary>
    Bar,

    /// <summary>One line for each epoch.</summary>
    Line,
}
