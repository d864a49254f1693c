namespace TfLbfgs.Optimization;

/// <summary>How a loss is made of the losses of its rows, the entries along the first axis of its data.</summary>
public enum DataReduction
{
    /// <summary>
    /// Their mean, as the losses of Keras; besides it there may be parts that do not depend on the data, such as regularization.
    /// </summary>
    Mean,

    /// <summary>Their sum, and parts that do not depend on the data: what the loss of no rows is.</summary>
    Sum,
}
