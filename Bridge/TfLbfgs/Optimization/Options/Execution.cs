namespace TfLbfgs.Optimization;

/// <summary>How the objective is run.</summary>
public enum Execution
{
    /// <summary>
    /// Begins as <see cref="Traced"/>; after a number of evaluations that <see cref="ExecutionTable"/> gives, a run of a small problem goes
    /// over to <see cref="CompiledCalls"/>, which XLA compiles next to it until then. The count is
    /// part of the state, so a run takes the same steps to the same bits each time, also when it is resumed; observers, trials
    /// and counts are the same. What XLA does not compile, directions of your own and other devices than
    /// the CPU stay with the executor, which the report says once. Batches, tfp's rules and mini-batches: the executor. The default.
    /// </summary>
    Auto,

    /// <summary>Traced to a TensorFlow function and run by its executor: quick to start.</summary>
    Traced,

    /// <summary>
    /// The whole minimization is one loop that XLA compiles, in one native call per block of iterations: for small problems, where a call
    /// per evaluation is expensive. One to several seconds to compile. Progress and history have
    /// every iteration; the callback, observers and the rules on changes of loss and position act between blocks, of about 50 ms while
    /// there are observers. What the loop does not serve (other line searches and directions, bounds, scaled
    /// variables, measured noise, other policies for failed searches, observers of trials), batches and tfp's rules are run by
    /// <see cref="CompiledCalls"/>, which the report says.
    /// </summary>
    Compiled,

    /// <summary>
    /// Traced and compiled by XLA, one native call per evaluation: about a second to compile, then faster for small networks.
    /// </summary>
    CompiledCalls,

    /// <summary>The C# code runs at each evaluation, op by op: slow, but it may read values and print.</summary>
    Eager,
}
