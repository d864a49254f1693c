using System.Globalization;

namespace TfLbfgs.Runtime;

/// <summary>
/// A process of a cluster and the others, TensorFlow's <c>ServerDef</c>: <c>cluster</c>=1, <c>job_name</c>=2, <c>task_index</c>=3,
/// <c>default_session_config</c>=4, <c>protocol</c>=5; a cluster is jobs (<c>name</c>=1,
/// <c>tasks</c>=2, a map from index to address).
/// </summary>
/// <param name="Job">The job of this process.</param>
/// <param name="Index">Its index in the job.</param>
/// <param name="Jobs">All jobs: for each the addresses by index.</param>
/// <param name="Config">A serialized <c>ConfigProto</c>.</param>
internal sealed record ServerDefinition(string Job, int Index, IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>> Jobs,
    byte[] Config)
{
    /// <summary>The name of a process, with which those of its devices begin.</summary>
    public static string TaskName(string job, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"/job:{job}/replica:0/task:{index}");

    /// <summary>The name of this process.</summary>
    public string Task => TaskName(Job, Index);

    /// <summary>The message.</summary>
    public byte[] Serialize()
    {
        ProtoBytes cluster = new();
        foreach ((string job, IReadOnlyDictionary<int, string> tasks) in Jobs)
        {
            ProtoBytes message = new ProtoBytes().Text(1, job);
            foreach ((int index, string address) in tasks.OrderBy(task => task.Key))
                message.Message(2, new ProtoBytes().Number(1, index).Text(2, address));
            cluster.Message(1, message);
        }

        return new ProtoBytes().Message(1, cluster).Text(2, Job).Number(3, Index).Bytes(4, Config).Text(5, "grpc").ToArray();
    }
}
