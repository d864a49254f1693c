namespace TfLbfgs.Tensors;

/// <summary>Receives every op that the thread dispatches, after it was executed or recorded: a gradient tape.</summary>
internal interface IOperationListener
{
    /// <summary>Called once per op. What is kept beyond the call needs a reference of its own.</summary>
    /// <param name="operation">The op, with its inputs as the caller gave them.</param>
    /// <param name="outputs">Its outputs; borrowed.</param>
    void Executed(Operation operation, Tensor[] outputs);

    /// <summary>How many derivatives it may take of what is computed now: 1 for a gradient tape, 0 for what only observes.</summary>
    int Orders => 0;

    /// <summary>Whether it may differentiate with respect to a tensor or what that was computed from.</summary>
    /// <param name="tensor">The tensor; borrowed.</param>
    bool Tracks(Tensor tensor) => false;

    /// <summary>Called when a trainable variable is about to be read.</summary>
    /// <param name="handle">The variable's resource; borrowed.</param>
    void VariableAccessed(Tensor handle);
}
