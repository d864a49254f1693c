namespace TfLbfgs.Optimization;

/// <summary>How the objective is run.</summary>
public enum Execution
{
    /// <summary>Traced to a TensorFlow function and run by its executor: quick to start.</summary>
    Traced,

    /// <summary>
    /// The whole minimization is one loop that XLA compiles, in one native call per block of iterations: for small problems, where a call per evaluation is dear. One to several seconds to compile. Progress and history have
    /// every iteration; the callback, observers and the rules on changes of loss and position act between blocks, of about 50 ms while anybody listens. Tells of no trials. Batches and tfp's rules
    /// take it as <see cref="CompiledCalls"/>.
    /// </summary>
    Compiled,

    /// <summary>Traced and compiled by XLA, one native call per evaluation: about a second to compile, then faster for small networks.</summary>
    CompiledCalls,

    /// <summary>The C# code runs at each evaluation, op by op: slow, but it may read values and print.</summary>
    Eager,

    /// <summary>One of the first three, by <see cref="ExecutionTable"/>.</summary>
    Auto,
}
