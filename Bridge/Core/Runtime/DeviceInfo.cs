namespace TfLbfgs.Runtime;

/// <summary>A device of the context. Python: <c>tf.config.LogicalDevice</c>.</summary>
/// <param name="Name">The full name, such as <c>/job:localhost/replica:0/task:0/device:CPU:0</c>.</param>
/// <param name="Kind">Such as <c>CPU</c> or <c>GPU</c>.</param>
/// <param name="MemoryBytes">The memory that TensorFlow may use there, in bytes; for a CPU a nominal figure.</param>
public sealed record DeviceInfo(string Name, string Kind, long MemoryBytes);
