namespace TfLbfgs.Tensors;

/// <summary>Where ops go instead of being executed: a trace.</summary>
internal interface IOperationTarget
{
    /// <summary>The function's name and where it was defined, for messages.</summary>
    string Description { get; }

    /// <summary>False once the trace has ended; its tensors are then of no more use.</summary>
    bool IsOpen { get; }

    /// <summary>Whether XLA will compile what is recorded: sizes must then be known when it is compiled.</summary>
    bool IsCompiled { get; }

    /// <summary>Records the op and returns its symbolic outputs.</summary>
    Tensor[] Record(Operation operation);

    /// <summary>Declares what the caller knows of the shape of a recorded tensor.</summary>
    void SetShape(SymbolicTensor tensor, Shape shape);
}
