namespace TfLbfgs.Optimization;

/// <summary>How the objective is run.</summary>
public enum Execution
{
    /// <summary>Traced to a TensorFlow function and run by its executor: quick to start.</summary>
    Traced,

    /// <summary>Traced and compiled by XLA: about a second to compile, then faster for small networks.</summary>
    Compiled,

    /// <summary>The C# code runs at each evaluation, op by op: slow, but it may read values and print.</summary>
    Eager,
}
